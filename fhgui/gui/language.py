"""The language of the window: a catalogue made for Qt's translator, chosen in the settings.

The words in the code are English and are the keys of every catalogue; what a catalogue lacks stays
English. ``fhgui.gui.catalogue`` writes the list of all words for a translator.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from fhgui import paths

CONTEXT = "fhgui"
ENGLISH = "en"
ENDING = ".qm"


def tr(words: str) -> str:
    """Return words in the language in force; words that it lacks as they are."""
    return QCoreApplication.translate(CONTEXT, words)


def languages() -> dict[str, Path | None]:
    """Return every language there is a catalogue for, by its code; English needs none."""
    found: dict[str, Path | None] = {ENGLISH: None}
    for folder in (paths.resource("languages"), paths.user_languages()):
        files = sorted(folder.glob(f"*{ENDING}")) if folder.is_dir() else []
        found.update({path.stem.removeprefix("fhgui_"): path for path in files})
    return found


def language_name(code: str) -> str:
    """Return the name of a language in that language, e.g. ``Deutsch``."""
    if code == ENGLISH:
        return "English"  # Qt would say which
    name = QLocale(code).nativeLanguageName()
    return name[:1].upper() + name[1:] if name else code


class _Current:
    translators: tuple[QTranslator, ...] = ()


def apply_language(app: QCoreApplication, code: str) -> None:
    """Have words that are shown from now on in a language; an unknown one is English."""
    for translator in _Current.translators:
        app.removeTranslator(translator)
    _Current.translators = ()
    file = languages().get(code)
    if file is None:
        return
    own, qt = QTranslator(app), QTranslator(app)
    qt.load(f"qtbase_{code}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
    if own.load(str(file)):
        _Current.translators = (qt, own)
        for translator in _Current.translators:
            app.installTranslator(translator)
