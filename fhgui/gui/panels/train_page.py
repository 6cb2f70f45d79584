"""What the train panel holds: the form and the list of trainings, and the one looked at."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from fhgui.gui.panels.run_list import RunList
from fhgui.gui.panels.run_page import RunPage
from fhgui.gui.panels.train_form import TrainForm
from fhgui.gui.panels.train_view import TrainView
from fhgui.gui.panels.train_words import row_words
from fhgui.session.builds import Builds
from fhgui.session.training import Trainings
from fhgui.session.training_run import TrainingRun

EMPTY = """<h2>Train a model on your own faces</h2>
<p>1. Make a set of your photographs, or drop them here.<br>
<span style="color:{muted}">Finds and aligns the faces, drops doubles and blurred ones, keeps
people apart in train, val and test; <code>fhgui dataset build</code> does the same.</span></p>
<p>2. Choose a recipe, add the set, and say how long the training may take.<br>
<span style="color:{muted}">Below it stands which sections of its paper it follows, or what it goes
on from.</span></p>
<p>3. Start. Loss, validation and samples appear here while it trains.<br>
<span style="color:{muted}">It goes on when this window is closed, can be paused, stopped and
resumed, and its weights can be added to the models in the end.</span></p>
<p>Methods that take their detail from a gallery of faces: add a set, make a gallery.<br>
<span style="color:{muted}"><code>fhgui gallery build</code> does the same.</span></p>"""


class TrainPage(RunPage):
    """Observes the trainings and passes wishes on to them."""

    def __init__(self, trainings: Trainings, builds: Builds, parent: QWidget | None = None) -> None:
        self.form, self.view = TrainForm(builds, trainings), TrainView()
        self._trainings = trainings
        super().__init__(
            "train",
            trainings,
            trainings.start,
            self.form,
            RunList("trainRuns", "Trainings", row_words),
            self.view,
            EMPTY,
            parent,
        )
        view = self.view
        view.pause_wanted.connect(lambda: self._do(trainings.pause))
        view.stop_wanted.connect(lambda: self._do(trainings.stop))
        view.resume_wanted.connect(lambda: self._do(trainings.resume))
        view.forget_wanted.connect(lambda: self._do(trainings.forget))
        view.add_wanted.connect(lambda: self._do(trainings.add_to_models))
        trainings.added.connect(self._added)

    def show_run(self, run: TrainingRun) -> None:
        """Show the training that is chosen."""
        self.view.show_run(run, self._trainings.is_adding(run))

    def _added(self, run: TrainingRun, sentence: str) -> None:
        if run is self._run and sentence:
            self.view.say(sentence, "error")
