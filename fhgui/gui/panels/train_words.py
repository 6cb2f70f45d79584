"""How a training is put into words."""

from __future__ import annotations

from collections.abc import Mapping

from fhgui.gui.panels.run_list import RowWords
from fhgui.session.training_run import TrainingRun, TrainingStatus

REFERENCE = "bicubic"
"""A score with this in its name is what the others are compared with."""

TONES = {
    TrainingStatus.STARTING: "muted",
    TrainingStatus.RUNNING: "accent",
    TrainingStatus.PAUSING: "amber",
    TrainingStatus.PAUSED: "amber",
    TrainingStatus.STOPPING: "amber",
    TrainingStatus.STOPPED: "amber",
    TrainingStatus.FINISHED: "green",
    TrainingStatus.FAILED: "red",
    TrainingStatus.INTERRUPTED: "red",
}
ENDS = {
    "steps": "all steps made",
    "time": "the time budget is used up",
    "early": "it did not get better any more",
}


def duration(seconds: float | None) -> str:
    """Return a length of time: ``48 s``, ``12 min``, ``3 h 05``; a dash for None."""
    if seconds is None:
        return "–"
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 10:
        return f"{int(seconds // 60)} min {int(seconds % 60):02d} s"
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d}"


def judged(scores: Mapping[str, float]) -> float | None:
    """Return the score that a validation is judged by: not that of what it is compared with."""
    return next((v for name, v in scores.items() if REFERENCE not in name), None)


def facts(run: TrainingRun) -> dict[str, str]:
    """Return the figures of a training, by what they are."""
    story = run.story
    rate = next((points[-1][1] for points in story.rates.values() if points), None)
    best = judged(story.best_scores)
    running = run.status is TrainingStatus.RUNNING
    return {
        "Step": f"{story.step:,} of {story.steps:,}" if story.steps else "–",
        "Time left": duration(story.eta_s) if running else "–",
        "Trained for": duration(story.elapsed_s),
        "Images a second": f"{story.images_per_s:,.0f}" if running and story.images_per_s else "–",
        "Learning rate": "–" if rate is None else f"{rate:.2e}",
        "Best validation": "–" if best is None else f"{best:.2f} dB at {story.best_step:,}",
    }


def one_line(run: TrainingRun) -> str:
    """Return what a list says beside the name and the status."""
    story = run.story
    parts = [f"step {story.step:,} of {story.steps:,}" if story.steps else "not begun"]
    best = judged(story.best_scores)
    if best is not None:
        parts.append(f"{best:.2f} dB")
    parts.append(run.folder.name)
    return " · ".join(parts)


def row_words(run: TrainingRun) -> RowWords:
    """Return what its row in the list and the head of its view say."""
    status = run.status
    return RowWords(run.name, status.value, TONES[status], one_line(run), run.folder)


def situation(run: TrainingRun) -> str:
    """Return one sentence about where a training stands and what can be done."""
    status, story = run.status, run.story
    if status is TrainingStatus.FAILED:
        return run.error
    if status is TrainingStatus.INTERRUPTED:
        kept = f" from step {story.saved_step:,}" if story.saved_step else ""
        return f"the training ended without a word; Resume goes on{kept}"
    if status is TrainingStatus.FINISHED:
        end = ENDS.get(story.ended, "done")
        return f"{end}; {'added to the models' if run.added else 'it can be added to the models'}"
    words = {
        TrainingStatus.STARTING: "the training is being started",
        TrainingStatus.PAUSING: "saving a checkpoint, then it pauses",
        TrainingStatus.STOPPING: "saving a checkpoint, then it stops; Stop again ends it at once",
        TrainingStatus.PAUSED: "it is paused; Resume goes on with what is left of its time",
        TrainingStatus.STOPPED: "it is stopped; Resume goes on from its checkpoint",
    }
    return words.get(status, "")
