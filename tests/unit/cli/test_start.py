"""The command line starts without the libraries that only signing and checking need."""

import subprocess
import sys

HEAVY = (
    "pyhanko",
    "c2pa",
    "asn1crypto",
    "case_utils",
    "rdflib",
    "pandas",
    "requests",
    "cryptography",
    "fpdf",
)


def test_nothing_that_signs_is_imported_at_the_start() -> None:
    program = (
        "import sys, fhgui.__main__, fhgui.cli.app, fhgui.provenance.verification.dispatch, "
        "fhgui.provenance.signing, fhgui.provenance.credentials, fhgui.provenance.ontology; "
        f"print(*sorted(set({HEAVY!r}) & set(sys.modules)))"
    )
    command = [sys.executable, "-c", program]
    told = subprocess.run(command, check=True, capture_output=True, text=True)
    assert told.stdout.split() == []


def test_what_the_window_stands_on_imports_no_library_of_a_run() -> None:
    heavy = ("torch", "scipy", "cv2", "av", "dlib", "skimage", "distributed")
    program = (
        f"import sys, fhgui.session.session; print(*sorted(set({heavy!r}) & set(sys.modules)))"
    )
    command = [sys.executable, "-c", program]
    told = subprocess.run(command, check=True, capture_output=True, text=True)
    assert told.stdout.split() == []
