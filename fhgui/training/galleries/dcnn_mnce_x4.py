"""Galleries of ``dcnn_mnce_x4``: those of ``dcnn_mnce``, from faces reduced by 4."""

from __future__ import annotations

from functools import partial

from fhgui.training.galleries import dcnn_mnce

build = partial(dcnn_mnce.build, method="dcnn_mnce_x4")
