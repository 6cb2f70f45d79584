import subprocess
import sys
import threading

import pytest
from PySide6.QtCore import QThread, QTimer

from tests.helpers import leaks
from tests.helpers.leaks import LeakWatch


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> LeakWatch:
    monkeypatch.setattr(leaks, "GRACE_S", 0.05)
    return LeakWatch(monkeypatch)


def test_nothing_started_is_nothing_left(watch: LeakWatch) -> None:
    assert watch.left_running() == []


def test_python_thread_is_seen_until_it_ends(watch: LeakWatch) -> None:
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait, name="forgotten")
    thread.start()
    assert watch.left_running() == ["thread forgotten"]
    stop.set()
    thread.join()
    assert watch.left_running() == []


def test_child_process_is_seen_until_it_ends(watch: LeakWatch) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        (left,) = watch.left_running()
        assert str(child.pid) in left
        child.communicate(b"\n")
    assert watch.left_running() == []


def test_qt_timer_is_seen_until_it_is_stopped(watch: LeakWatch, qapp: object) -> None:
    timer = QTimer()
    timer.start(1000)
    assert watch.left_running() == ["Qt timer without a name of None"]
    timer.stop()
    assert watch.left_running() == []


def test_qt_thread_is_seen_until_it_is_waited_for(watch: LeakWatch, qapp: object) -> None:
    thread = QThread()
    thread.start()
    assert watch.left_running() == ["Qt thread QThread"]
    thread.quit()
    thread.wait()
    assert watch.left_running() == []
