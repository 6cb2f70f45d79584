"""Every protocol is whole, and published figures stay with theirs."""

import dataclasses

import pytest

from fhgui.core.errors import InputError
from fhgui.evaluation.protocols import ALL_METRICS, PROTOCOLS, Cut, held_out, protocol
from fhgui.evaluation.published import beside, published


@pytest.mark.parametrize("one", PROTOCOLS.values(), ids=PROTOCOLS)
def test_a_protocol_is_whole(one) -> None:
    assert all(n % one.scale == 0 for n in one.hr_hw)
    assert one.lr_hw == (one.hr_hw[0] // one.scale, one.hr_hw[1] // one.scale)
    assert set(one.metrics) <= set(ALL_METRICS)
    assert all((one.title, one.paper, one.data, one.terms))
    assert (one.stored_hw is not None) or one.cut is not Cut.CENTRE
    assert dataclasses.replace(one) == one


def test_the_named_ones_are_there() -> None:
    named = {"celeba128-x8", "celeba128-x4", "lfw192-x8", "unaligned128-x8", "fei-x4", "scface-x4"}
    named |= {"face320-x4-sr", "face320-x4-deblur", "celeba216-x4", "celeba216-x8", "face256-x8"}
    assert named <= set(PROTOCOLS)


def test_an_unknown_one_is_refused() -> None:
    with pytest.raises(InputError, match="celeba128-x8"):
        protocol("celeba128-x16")


def test_about_one_picture_in_five_is_held_out_for_ever() -> None:
    names = [f"{i:05d}" for i in range(2000)]
    chosen = [name for name in names if held_out(name, 5)]
    assert 330 < len(chosen) < 470
    assert chosen[:3] == ["00002", "00008", "00013"]


def test_published_rows_say_where_they_are_from() -> None:
    for one in PROTOCOLS.values():
        rows = published(one)
        assert len({(row.label, row.n) for row in rows}) == len(rows)
        for row in rows:
            assert row.kind == "published"
            assert row.source
            assert row.psnr_rgb or row.psnr_gray


DEV_HALF = "f69408b3cf6c665394089146a04ad875da8dae8a9247eb7564a42af8bd84d465"
"""Of the pairs of test-dev.zip, as ``run.json`` tells it."""
OTHERS = "0" * 64


def test_rows_on_the_very_pictures_stand_in_the_table() -> None:
    where = protocol("celeba128-x8")
    same, others = beside(where, DEV_HALF, 130)
    assert {row.n for row in same} == {130}
    assert {row.n for row in others} == {260}
    assert next(r.psnr_rgb for r in same if r.method == "DCNN-MNCE") == 24.753
    assert beside(where, OTHERS, 130) == ((), published(where))  # as many, but others
    whole, _ = beside(where, OTHERS, 260)
    assert {row.n for row in whole} == {260}
    assert beside(where, OTHERS, None) == ((), published(where))  # the first 260 of more
    assert beside(protocol("celeba216-x4"), OTHERS, 60)[0] == ()  # nobody knows which 60
    assert beside(protocol("celeba128-x4"), DEV_HALF, 130) == ((), ())
