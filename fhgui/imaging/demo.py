"""The demo's evidence: a CCTV-like frame made at run time, so that no photograph is shipped.

The person is scikit-image's ``astronaut`` (Eileen Collins, NASA, public domain; it lies inside
scikit-image's wheel, nothing is fetched). She stands behind a counter in a drawn room; then the
frame goes through what a cheap camera does: blur, sensor noise, a burnt-in clock and JPEG.
Every step is Pillow's integer arithmetic or seeded, so that each run gives the same bytes.
"""

from __future__ import annotations

from io import BytesIO

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from fhgui.core.arrays import Floats, Pixels, Points

DEMO_HW = (288, 352)
"""Height and width of the frame: CIF, a usual size of older recorders."""

_OVERSAMPLING = 2  # the scene is drawn larger and reduced, which smooths the edges
_PERSON_PX = 171  # width of the 512 px astronaut in the frame: her face becomes 31 px wide
_PERSON_XY = (108, 66)  # where her picture's top-left corner lies in the frame
_COUNTER_Y = 182
_BLUR_SIGMA_PX = 0.7
_NOISE_SIGMA = 2.5  # grey levels
_JPEG_QUALITY = 70
_SEED = 352288
_CLOCK = "CAM 03   2003-06-14  21:47:32"

_EYES_ON_ASTRONAUT = ((203.2, 101.5), (246.8, 104.0))
_OUTLINE_ON_ASTRONAUT = (
    *((152, 78), (163, 52), (192, 25), (226, 13), (266, 20), (293, 44), (303, 82), (296, 108)),
    *((277, 130), (258, 152), (262, 178), (298, 212), (307, 246), (334, 258), (352, 298)),
    *((362, 350), (362, 430), (22, 430), (22, 380), (40, 300), (52, 268), (96, 224), (116, 206)),
    *((114, 184), (136, 158), (184, 150), (182, 132), (162, 112)),
)


def demo_frame() -> Pixels:
    """Return the demo frame, 288×352×3 uint8 R-G-B; the same bytes on every call."""
    size_wh = (DEMO_HW[1], DEMO_HW[0])
    sharp = _scene().resize(size_wh, Image.Resampling.BOX)
    blurred = sharp.filter(ImageFilter.GaussianBlur(_BLUR_SIGMA_PX))
    noisy = Image.fromarray(_with_noise(np.asarray(blurred)))
    _draw_clock(noisy)
    return _through_jpeg(noisy)


def demo_eyes() -> Points:
    """Return the eye centres, 2×2 (x, y) in the frame, the one on the image's left first."""
    scale = _PERSON_PX / 512
    on_picture = (np.array(_EYES_ON_ASTRONAUT) + 0.5) * scale - 0.5
    eyes: Points = on_picture + np.array(_PERSON_XY)
    return eyes


def _scene() -> Image.Image:
    """Draw the room, the person and the counter before her, oversampled."""
    k = _OVERSAMPLING
    scene = _wall(DEMO_HW[0] * k, DEMO_HW[1] * k)
    draw = ImageDraw.Draw(scene)
    _rectangle(draw, (14, 40, 74, 200), (92, 82, 72))  # door frame
    _rectangle(draw, (18, 44, 70, 200), (116, 100, 84))
    _rectangle(draw, (60, 118, 66, 124), (60, 56, 50))  # handle
    _rectangle(draw, (262, 52, 334, 104), (70, 76, 84))  # notice board
    _rectangle(draw, (266, 56, 330, 100), (164, 158, 140))
    for x, y in ((272, 62), (296, 60), (312, 66), (276, 82), (302, 84)):
        _rectangle(draw, (x, y, x + 16, y + 13), (214, 214, 206))
    scene.paste(*_person())
    _rectangle(draw, (0, _COUNTER_Y, 352, _COUNTER_Y + 9), (134, 116, 98))  # counter's edge
    _rectangle(draw, (0, _COUNTER_Y + 9, 352, 288), (88, 74, 62))
    for x in range(-20, 352, 62):
        _rectangle(draw, (x, _COUNTER_Y + 20, x + 52, 282), (96, 82, 68))
    return scene


def _wall(height_px: int, width_px: int) -> Image.Image:
    """Return a plain wall lit by a lamp at the top right."""
    y, x = np.mgrid[0:height_px, 0:width_px] / float(height_px)
    light = 172 - 58 * np.hypot(x - 0.9, y + 0.1)
    wall = np.stack([light, light * 0.98, light * 0.92], axis=-1)
    return Image.fromarray(wall.astype(np.uint8))


def _person() -> tuple[Image.Image, tuple[int, int], Image.Image]:
    """Return the astronaut, where to paste her, and her outline with a soft edge."""
    from skimage import data

    k = _OVERSAMPLING
    photo = Image.fromarray(data.astronaut())  # type: ignore[no-untyped-call]  # has no hints
    outline = Image.new("L", photo.size)
    ImageDraw.Draw(outline).polygon(list(_OUTLINE_ON_ASTRONAUT), fill=255)
    soft = outline.filter(ImageFilter.MinFilter(7)).filter(ImageFilter.GaussianBlur(2))
    size_wh = (_PERSON_PX * k, _PERSON_PX * k)
    lanczos = Image.Resampling.LANCZOS
    where = (_PERSON_XY[0] * k, _PERSON_XY[1] * k)
    return photo.resize(size_wh, lanczos), where, soft.resize(size_wh, lanczos)


def _rectangle(
    draw: ImageDraw.ImageDraw, corners: tuple[int, int, int, int], rgb: tuple[int, int, int]
) -> None:
    x0, y0, x1, y1 = (_OVERSAMPLING * c for c in corners)
    draw.rectangle((x0, y0, x1 - 1, y1 - 1), fill=rgb)


def _with_noise(pixels: Pixels) -> Pixels:
    """Add grey sensor noise and, at half the strength, colour noise."""
    random = np.random.Generator(np.random.PCG64(_SEED))
    grey = random.normal(0, _NOISE_SIGMA, (*pixels.shape[:2], 1))
    colour = random.normal(0, _NOISE_SIGMA / 2, pixels.shape)
    noisy: Floats = np.rint(pixels + grey + colour)
    return np.clip(noisy, 0, 255).astype(np.uint8)


def _draw_clock(frame: Image.Image) -> None:
    draw, font = ImageDraw.Draw(frame), ImageFont.load_default_imagefont()
    draw.text((9, 9), _CLOCK, fill=(16, 16, 16), font=font)
    draw.text((8, 8), _CLOCK, fill=(236, 236, 236), font=font)


def _through_jpeg(frame: Image.Image) -> Pixels:
    stored = BytesIO()
    frame.save(stored, "JPEG", quality=_JPEG_QUALITY, subsampling="4:2:0")
    with Image.open(stored) as decoded:
        return np.array(decoded)
