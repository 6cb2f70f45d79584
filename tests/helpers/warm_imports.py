"""What a worker process imports sooner or later; the process that forks workers imports it once."""

import os

import cv2  # noqa: F401
import torch  # noqa: F401

import fhgui.evaluation.identity
import fhgui.evidence.film
import fhgui.evidence.source
import fhgui.provenance.case
import fhgui.provenance.enhance
import fhgui.provenance.export
import fhgui.session.decoder
import fhgui.session.worker  # noqa: F401
from fhgui.alignment import gradients, landmarks

gradients._detector()
landmarks.predictor()
os.nice = lambda increment: 0  # a test waits for its worker, whatever else the machine has to do
