"""Everybody whose face was followed through the film, each by the best frame."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QPushButton, QVBoxLayout, QWidget

from fhgui.core.track import FaceTrack
from fhgui.gui.language import tr
from fhgui.gui.panels.film_strip import track_colour
from fhgui.gui.viewers.painting import thumbnail
from fhgui.gui.widgets import set_icon, small
from fhgui.session.film import find_tracks
from fhgui.session.session import Session

THUMB_PX = 52
LIMITS = (
    "Faces are joined by place and size, and carried from searched frame to searched frame by the "
    "motion of their pixels; what is seen once only is dropped. One person may be there twice, and "
    "two may be joined. Nobody is identified."
)


class FacesPage(QWidget):
    """The list of tracks; a click goes to the best frame, where the face can be chosen."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("facesPage")
        self._session = session
        self._shown: tuple[FaceTrack, ...] | None = None
        self.follow = QPushButton(tr("Follow faces"))
        self.follow.setObjectName("followFacesButton")
        self.follow.setToolTip(tr("Search the film, or the loop, for faces a few times a second"))
        set_icon(self.follow, "account-search-outline")
        self.follow.clicked.connect(self._follow_or_stop)
        self.told = small()
        self.told.setObjectName("facesTold")
        self.list = QListWidget()
        self.list.setObjectName("trackList")
        self.list.setAccessibleName(tr("Faces over time"))
        self.list.setIconSize(QSize(THUMB_PX, THUMB_PX))
        self.list.setWordWrap(True)
        self.list.setSpacing(2)
        self.list.itemClicked.connect(self._go_to)
        self.list.itemActivated.connect(self._go_to)
        layout = QVBoxLayout(self)
        layout.addWidget(self.follow)
        layout.addWidget(self.told)
        layout.addWidget(self.list, 1)
        layout.addWidget(small(LIMITS))
        for signal in (session.film_changed, session.works_changed, session.busy_changed):
            signal.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the tracks of the current source."""
        work = self._session.current
        film = work is not None and work.count > 1
        searching = work is not None and work.film.search is not None
        self.follow.setEnabled(film and (searching or not self._session.busy))
        self.follow.setText("Stop" if searching else "Follow faces")
        tracks = () if work is None else work.film.tracks
        searched = 0 if work is None else len(work.film.seen)
        self.told.setText(_words(film, searching, searched, len(tracks)))
        if tracks != self._shown:
            self._shown = tracks
            self.list.clear()
            for track in tracks:
                self.list.addItem(_item(track))

    def _follow_or_stop(self) -> None:
        work = self._session.current
        search = None if work is None else work.film.search
        if search is None:
            find_tracks(self._session)
        else:
            self._session.cancel_job(search)

    def _go_to(self, item: QListWidgetItem) -> None:
        track = item.data(Qt.ItemDataRole.UserRole)
        self._session.look_at_frame()
        self._session.seek(track.best.frame_index)


def _words(film: bool, searching: bool, searched: int, found: int) -> str:
    """Return how far the search over time is."""
    if not film:
        return "A still picture: “Find faces” searches it."
    if searching:
        return f"{searched} frames searched … the film can be played meanwhile."
    if not searched:
        return "Searches the film, or the loop, a few times a second. It can be stopped."
    if found:
        return f"{searched} frames searched, best face first. A click goes to its best frame."
    return f"{searched} frames searched: no face was followed."


def _item(track: FaceTrack) -> QListWidgetItem:
    quality, best = track.best.quality, track.best.frame_index
    item = QListWidgetItem(
        f"Face {track.number} · frame {best}\n"
        f"{quality.face_px:.0f} px · frontal {quality.frontal:.0%}\n"
        f"sharp {quality.sharpness:.0f} · lit {quality.exposure:.0%}\n"
        f"seen {len(track.sightings)}×"
    )
    item.setIcon(QIcon(_picture(track)))
    item.setToolTip(
        f"frames {track.first} to {track.last}, best in frame {best}\n"
        f"score {quality.score:.2f}: the geometric mean of size and sharpness (RMS of the "
        "Laplacian at 64 px), each as a share of the best in this film, of pose (1 is frontal) "
        "and of light (share of the pixels that are neither clipped nor all but black)"
    )
    item.setData(Qt.ItemDataRole.UserRole, track)
    return item


def _picture(track: FaceTrack) -> QPixmap:
    """Return the face with an edge in the colour that it has in the time line."""
    picture = thumbnail(track.picture, THUMB_PX)
    painter = QPainter(picture)
    painter.fillRect(0, 0, 4, THUMB_PX, track_colour(track.number))
    painter.end()
    return picture
