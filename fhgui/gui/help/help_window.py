"""The help window: topics on the left, text with pictures on the right, a field to search."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer, QUrl
from PySide6.QtGui import QImage, QResizeEvent, QTextDocument
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from fhgui import paths
from fhgui.gui.help.topics import TOPICS, Topic, holds, html_of
from fhgui.gui.language import tr
from fhgui.gui.theme import app_icon, colour, theme_name

FIRST_SIZE = QSize(1020, 700)
MARGIN_PX = 18
SHEET = """
body, p, li, td {{ font-size: 14px; color: {text}; line-height: 140%; }}
h1 {{ font-size: 22px; color: {text}; }}
h2 {{ font-size: 16px; color: {text}; margin-top: 14px; }}
h3 {{ font-size: 13px; color: {muted}; margin-top: 10px; }}
a {{ color: {accent}; }}
code {{ color: {amber_text}; }}
td.key {{ color: {accent}; font-weight: 600; }}
"""
COLOURS = ("text", "muted", "accent", "amber_text")


class HelpText(QTextBrowser):
    """Shows one topic; its pictures are as wide as there is room for, sharp on every screen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("helpText")
        self.setAccessibleName(tr("Help text"))
        self.setOpenLinks(False)
        self.document().setDocumentMargin(MARGIN_PX)
        self._topic: Topic | None = None
        self._later = QTimer(self)
        self._later.setObjectName("fhgui-help-resized")
        self._later.setSingleShot(True)
        self._later.setInterval(80)
        self._later.timeout.connect(self._show)

    def show_topic(self, topic: Topic) -> None:
        """Show a topic from its beginning."""
        self._topic = topic
        self._show()
        self.verticalScrollBar().setValue(0)

    def loadResource(self, kind: int, name: QUrl | str) -> object:  # noqa: N802  Qt's name
        """Return a picture in the colours of the theme; called by Qt."""
        wanted = QUrl(name).fileName() if isinstance(name, str) else name.fileName()
        if kind != QTextDocument.ResourceType.ImageResource.value:
            return super().loadResource(kind, name)
        stem, _, ending = wanted.rpartition(".")
        image = QImage(str(paths.resource(f"help/pictures/{stem}-{theme_name()}.{ending}")))
        room = self.viewport().width() - 2 * MARGIN_PX - 4
        ratio = self.devicePixelRatioF()
        width = min(round(room * ratio), image.width())
        fitted = image.scaledToWidth(max(1, width), Qt.TransformationMode.SmoothTransformation)
        fitted.setDevicePixelRatio(max(ratio, width / max(1, room)))
        return fitted

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Fit the pictures to another width; called by Qt."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._later.start()

    def _show(self) -> None:
        if self._topic is None:
            return
        place = self.verticalScrollBar().value()
        document = self.document()
        document.clear()
        document.setDefaultStyleSheet(SHEET.format(**{name: colour(name) for name in COLOURS}))
        self.setHtml(html_of(self._topic))
        self.verticalScrollBar().setValue(place)


class HelpWindow(QDialog):
    """A window of its own beside the work; it can stay open."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("helpWindow")
        self.setWindowTitle(tr("Help – fhgui"))
        self.setWindowIcon(app_icon())
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self.search = QLineEdit()
        self.search.setObjectName("helpSearch")
        self.search.setAccessibleName(tr("Search the help"))
        self.search.setPlaceholderText(tr("Search …"))
        self.search.setClearButtonEnabled(True)
        self.list = QListWidget()
        self.list.setObjectName("helpTopics")
        self.list.setAccessibleName(tr("Topics"))
        self.none = QLabel(tr("No topic has these words."))
        self.none.setObjectName("muted")
        self.none.setWordWrap(True)
        self.manual = QPushButton(tr("Open the manual"))
        self.manual.setObjectName("openManual")
        self.manual.setToolTip(tr("Methods, training, benchmarks, commands: the whole manual"))
        self.text = HelpText()
        side = QVBoxLayout()
        side.addWidget(self.search)
        side.addWidget(self.list, 1)
        side.addWidget(self.none)
        side.addWidget(self.manual)
        layout = QHBoxLayout(self)
        layout.addLayout(side)
        layout.addWidget(self.text, 1)
        for widget in (self.search, self.list, self.none, self.manual):
            widget.setFixedWidth(226)
        self._fill()
        self.search.textChanged.connect(self._fill)
        self.search.returnPressed.connect(self.list.setFocus)
        self.list.currentItemChanged.connect(self._chosen)
        self.text.anchorClicked.connect(lambda url: self.show_topic(url.fileName()))
        room = self.screen().availableGeometry()
        self.resize(FIRST_SIZE.boundedTo(QSize(room.width() - 40, room.height() - 60)))

    def show_topic(self, name: str) -> None:
        """Show the topic of a name, whatever is searched for."""
        if not self._item(name):
            self.search.clear()
        item = self._item(name)
        if item is not None:
            self.list.setCurrentItem(item)

    def retheme(self) -> None:
        """Take on the colours of the theme in force."""
        self._chosen(self.list.currentItem())

    def _item(self, name: str) -> QListWidgetItem | None:
        items = (self.list.item(row) for row in range(self.list.count()))
        return next((i for i in items if i.data(Qt.ItemDataRole.UserRole) == name), None)

    def _fill(self, wanted: str = "") -> None:
        """List the topics that have all the words that are searched for."""
        self.list.clear()
        for topic in TOPICS:
            if holds(topic, wanted):
                item = QListWidgetItem(topic.title)
                item.setData(Qt.ItemDataRole.UserRole, topic.name)
                self.list.addItem(item)
        self.none.setVisible(not self.list.count())
        self.list.setCurrentRow(0)

    def _chosen(self, item: QListWidgetItem | None) -> None:
        if item is None:
            return
        name = item.data(Qt.ItemDataRole.UserRole)
        self.text.show_topic(next(topic for topic in TOPICS if topic.name == name))
        words = self.search.text().split()
        if words:
            self.text.find(words[0])
