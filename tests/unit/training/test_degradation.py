"""Degradations: exact where the papers are, reproducible by sample, close to the real codec."""

import cv2
import numpy as np
import pytest
import torch
from skimage import data

from fhgui.core.errors import FhguiError
from fhgui.imaging.operators import make_operator
from fhgui.imaging.resize import imresize
from fhgui.training.degradation import steps
from fhgui.training.degradation.counter import Random
from fhgui.training.degradation.jpeg import CHROMINANCE, LUMINANCE, jpeg, quantisation
from fhgui.training.degradation.kernels import kernel_bank
from fhgui.training.degradation.linear import blur_and_resize, convolve, gaussian, resize

LR = (16, 16)
CHAINS = {
    "bicubic": (steps.Bicubic(),),
    "gaussian": (steps.Gaussian(),),
    "motion": (steps.MotionBlur(), steps.Bicubic()),
    "noise": (steps.Bicubic(), steps.SensorNoise()),
    "jpeg": (steps.Bicubic(), steps.Jpeg()),
    "cctv": (steps.Cctv(),),
    "turned": (steps.Turned(), steps.Bicubic()),
}


@pytest.fixture(scope="module")
def sharp():
    """Six cuts of a photograph, 6×3×128×128 uint8."""
    photo = data.astronaut()
    cuts = [
        photo[y : y + 128, x : x + 128]
        for y, x in np.random.default_rng(0).integers(0, 384, (6, 2))
    ]
    return torch.from_numpy(np.stack(cuts)).permute(0, 3, 1, 2).contiguous()


def numbers(indices, seed=0, epoch=0):
    indices = np.asarray(indices)
    return Random.of_samples(seed, indices, np.full_like(indices, epoch))


def pixels(batch):
    return batch.permute(0, 2, 3, 1).numpy()


def test_bicubic_is_matlabs_to_the_bit(sharp):
    low = pixels(steps.apply(CHAINS["bicubic"], sharp, numbers(range(6)), LR))
    for small, large in zip(low, pixels(sharp), strict=True):
        np.testing.assert_array_equal(small, imresize(large, LR))


def test_gaussian_is_the_operator_that_methods_invert(sharp):
    usual = make_operator("gaussian", (128, 128), 8)
    low = gaussian(sharp.double(), torch.full((6,), 7 / 3, dtype=torch.float64), LR)
    for small, large in zip(pixels(low), pixels(sharp), strict=True):
        np.testing.assert_allclose(small, usual.forward(large.astype(float)), atol=1e-9)


def test_blur_and_resize_in_one_is_one_after_the_other(sharp):
    wide, sigma = sharp[..., :96].double(), torch.linspace(0.5, 4, 6, dtype=torch.float64)
    apart = resize(gaussian(wide, sigma, (128, 96)), (24, 18))
    torch.testing.assert_close(blur_and_resize(wide, sigma, (24, 18)), apart, atol=1e-9, rtol=0)


@pytest.mark.parametrize("name", CHAINS)
def test_a_sample_does_not_depend_on_its_batch(sharp, name):
    chain = CHAINS[name]
    together = steps.apply(chain, sharp, numbers(range(6)), LR)
    order = [4, 1, 5]
    apart = steps.apply(chain, sharp[order], numbers(order), LR)
    torch.testing.assert_close(apart, together[order], rtol=0, atol=0)
    assert together.shape == (6, 3, *LR)
    assert together.dtype == torch.uint8


@pytest.mark.parametrize("name", ["motion", "noise", "jpeg", "cctv"])
def test_another_seed_or_epoch_degrades_otherwise(sharp, name):
    chain = CHAINS[name]
    first = steps.apply(chain, sharp, numbers(range(6)), LR)
    for other in (numbers(range(6), seed=1), numbers(range(6), epoch=1)):
        assert not torch.equal(steps.apply(chain, sharp, other, LR), first)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
@pytest.mark.parametrize("name", CHAINS)
def test_cpu_and_cuda_agree(sharp, name):
    on_cpu = steps.apply(CHAINS[name], sharp, numbers(range(6)), LR)
    on_cuda = steps.apply(CHAINS[name], sharp.cuda(), numbers(range(6)), LR).cpu()
    far = (on_cpu.int() - on_cuda.int()).abs()
    assert (far > 0).double().mean() < 0.001


def test_a_chain_that_does_not_reduce_is_refused(sharp):
    with pytest.raises(FhguiError, match="ends at 128×128 px, not 16×16"):
        steps.apply((steps.Jpeg(),), sharp, numbers(range(6)), LR)


def test_random_numbers_are_uniform_normal_and_independent():
    random = numbers(range(64))
    flat = random.uniform("a", shape=(4096,))
    assert flat.mean() == pytest.approx(0.5, abs=0.002)
    assert flat.var() == pytest.approx(1 / 12, abs=0.001)
    normal = random.normal("b", (4096,))
    assert normal.mean() == pytest.approx(0, abs=0.01)
    assert normal.var() == pytest.approx(1, abs=0.01)
    assert (normal**4).mean() == pytest.approx(3, abs=0.06)
    between = torch.corrcoef(torch.cat([flat, random.uniform("c", shape=(4096,))]))
    off_diagonal = between - torch.eye(len(between))
    assert off_diagonal.abs().max() < 0.09  # 5.5 standard errors of 1/√4096


def test_integers_cover_their_range():
    drawn = numbers(range(2000)).integers("kernel", 200)
    assert drawn.min() == 0
    assert drawn.max() == 199
    assert len(drawn.unique()) == 200


def test_the_bank_is_what_the_paper_describes():
    bank = kernel_bank(200, 11, 31, 0)
    assert bank.shape == (200, 31, 31)
    assert (bank >= 0).all()
    torch.testing.assert_close(bank.sum((1, 2)), torch.ones(200).double())
    used = [(k.sum(0) > 0).nonzero()[[0, -1], 0].diff().item() + 1 for k in bank]
    assert max(used) <= 31
    assert min(max(u, (k.sum(1) > 0).sum().item()) for u, k in zip(used, bank, strict=True)) >= 7
    torch.testing.assert_close(kernel_bank(3, 11, 31, 0), bank[:3])
    assert len({k.numpy().tobytes() for k in bank}) == 200


def test_kernels_are_centred_so_that_faces_do_not_move():
    bank = kernel_bank(200, 11, 31, 0)
    places = torch.arange(31).double()
    assert ((bank.sum(1) @ places) - 15).abs().max() < 1e-9
    assert ((bank.sum(2) @ places) - 15).abs().max() < 1e-9


def test_convolution_by_fft_is_convolution(sharp):
    kernels = kernel_bank(6, 11, 31, 3)
    blurred = convolve(sharp.double(), kernels)
    for i in (0, 5):
        flipped = np.ascontiguousarray(kernels[i].numpy()[::-1, ::-1])
        direct = cv2.filter2D(
            pixels(sharp)[i].astype(float), -1, flipped, borderType=cv2.BORDER_REFLECT
        )
        np.testing.assert_allclose(pixels(blurred)[i], direct, atol=1e-8)


def test_noise_has_the_stated_variance():
    grey = torch.full((4, 3, 64, 64), 100.0).double()
    step = steps.SensorNoise(read_sigma=(3.0, 3.0), shot_gain=(0.2, 0.2))
    noisy = step(grey, numbers(range(4)), LR)
    assert noisy.var() == pytest.approx(9 + 20, rel=0.03)
    assert noisy.mean() == pytest.approx(100, abs=0.2)


@pytest.mark.parametrize("quality", [10, 30, 49, 50, 75, 95])
@pytest.mark.parametrize("subsample", [True, False])
@pytest.mark.parametrize("hw", [(128, 128), (45, 61)])
def test_tensor_jpeg_is_libjpeg_but_for_the_last_bit(sharp, quality, subsample, hw):
    """Stated tolerance: mean |difference| below .45 grey levels, 96.5 % of values within 2."""
    cut = sharp[..., : hw[0], : hw[1]].contiguous()
    ours = pixels(jpeg(cut.double(), torch.full((6,), quality), subsample=subsample))
    sampling = (
        cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420 if subsample else cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444
    )
    settings = [cv2.IMWRITE_JPEG_QUALITY, quality, cv2.IMWRITE_JPEG_SAMPLING_FACTOR, sampling]
    real = []
    for picture in pixels(cut):
        stored = cv2.imencode(".jpg", np.ascontiguousarray(picture[..., ::-1]), settings)[1]
        real.append(cv2.imdecode(stored, cv2.IMREAD_COLOR)[..., ::-1])
    difference = np.abs(ours - np.stack(real).astype(float))
    assert difference.mean() < 0.45
    assert (difference <= 2).mean() > 0.965


def test_quality_scales_the_tables_as_libjpeg_does():
    half = quantisation(LUMINANCE, torch.tensor([50, 100, 10]))
    assert half[0, 0].tolist() == list(LUMINANCE[0])
    assert half[1].unique().tolist() == [1]
    assert half[2, 0, 0] == 80
    assert quantisation(CHROMINANCE, torch.tensor([1])).max() == 255
