"""Numbers of decoded pictures, without a decoder."""

from __future__ import annotations

from itertools import pairwise

from fhgui.core.frame import AFTER_DAMAGE, DAMAGED
from fhgui.evidence.anchors import Anchor, Anchors
from fhgui.evidence.decoded import Damage, Picture
from fhgui.evidence.entry_points import Entry
from fhgui.evidence.numbering import ByCount, ByTime, Key

# Stored I P B B I B B: shown as 0 2 3 1 5?…; the second I has two leading pictures (tags 5 and 6).
STAMPS = (0, 3, 1, 2, 6, 4, 5, 9, 7, 8)
KEYS = [Key(0, stamp, tag) for tag, stamp in enumerate(STAMPS)]


def numbered(numbering: ByTime | ByCount, keys: list[Key], out: list[Key]) -> dict[int, int | None]:
    for key in keys:
        numbering.feed(key, Entry.NONE)
    return {key.tag: numbering.number(key) for key in out}


def shown(keys: list[Key]) -> list[Key]:
    return sorted(keys)


def test_by_time_numbers_are_the_order_of_time() -> None:
    numbering = ByTime(0, KEYS[0], use_all=True)
    assert numbered(numbering, KEYS, shown(KEYS)) == {k.tag: k.order for k in KEYS}
    assert numbering.expected == len(KEYS)
    assert not numbering.missing


def test_by_time_from_an_anchor_gives_the_same_numbers() -> None:
    numbering = ByTime(4, KEYS[4], use_all=False)
    found = numbered(numbering, KEYS[4:], shown(KEYS[4:]))
    assert found == {5: None, 6: None, 4: 6, 8: 7, 9: 8, 7: 9}


def test_by_time_a_missing_picture_keeps_its_number() -> None:
    numbering = ByTime(0, KEYS[0], use_all=True)
    came = [key for key in shown(KEYS) if key.tag != 3]
    found = numbered(numbering, KEYS, came)
    assert found == {k.tag: k.order for k in came}
    assert numbering.missing == {3}


def test_by_time_a_late_picture_is_not_used() -> None:
    numbering = ByTime(0, KEYS[0], use_all=True)
    found = numbered(numbering, KEYS, [KEYS[0], KEYS[2], KEYS[1], KEYS[3]])
    assert found == {0: 0, 2: 1, 1: 3, 3: None}


def test_by_time_skipped_packets_keep_their_numbers() -> None:
    keys = [Key(0, stamp, tag) for stamp, tag in ((0, 0), (1, 1), (5, 5), (6, 6))]
    numbering = ByTime(0, keys[0], use_all=True)
    assert numbered(numbering, keys, keys) == {0: 0, 1: 1, 5: 5, 6: 6}
    assert numbering.missing == {2, 3, 4}


def test_by_time_epochs_follow_one_another() -> None:
    keys = [Key(0, 100, 0), Key(0, 101, 1), Key(1, 7, 2), Key(1, 8, 3)]
    numbering = ByTime(0, keys[0], use_all=True)
    assert numbered(numbering, keys, keys) == {0: 0, 1: 1, 2: 2, 3: 3}


def test_by_count_begins_at_its_picture_and_returns_to_step_at_closed_entries() -> None:
    numbering = ByCount(10, 20, trust_closed=True)
    for tag in range(20, 24):
        numbering.feed(Key(0, 0, tag), Entry.NONE)
    numbering.feed(Key(0, 0, 24), Entry.CLOSED)
    assert numbering.number(Key(0, 0, 21)) is None
    assert numbering.number(Key(0, 0, 20)) == 10
    assert numbering.number(Key(0, 0, 22)) == 11
    assert numbering.number(Key(0, 0, 24)) == 24
    assert numbering.expected == 25


def test_anchors_stay_in_order() -> None:
    anchors = Anchors()
    for first in (30, 0, 10, 10, 20):
        anchors.add(Anchor(first, first, 100 * first, 5, first * 3 if first else None))
    assert [anchors[n].first for n in range(len(anchors))] == [0, 10, 20, 30]
    assert anchors[0].stamp is None
    assert anchors.best(25) == Anchor(20, 20, 2000, 5, 60)
    assert anchors.best(-1) is None
    assert [a.first for a in anchors.back_from(anchors[3])] == [20, 10, 0]
    nearest = anchors.before_time(89)
    assert nearest is not None
    assert nearest.first == 20
    anchors.discard(Anchor(20, 20, 2000, 5, 60))
    anchors.discard(Anchor(20, 20, 2000, 5, 60))
    assert all(a.first < b.first for a, b in pairwise(anchors[n] for n in range(len(anchors))))
    assert len(anchors) == 3


def doubts(order: list[int], corrupt: set[int], clean: set[int]) -> dict[int, str]:
    damage = Damage()
    for tag in sorted(order):
        damage.expect(tag)
    damage.clean |= clean

    def come() -> object:
        for number, tag in enumerate(order):
            damage.came(tag, tag in corrupt, set())
            yield Picture(number, tag, None)  # type: ignore[arg-type]

    judged = list(damage.judged(come()))  # type: ignore[arg-type]
    assert [picture.number for picture in judged] == list(range(len(order)))
    return {picture.tag: picture.doubt for picture in judged}


def test_damage_reaches_what_is_shown_before_it_but_made_from_it() -> None:
    found = doubts([0, 2, 3, 1, 5, 6, 4, 8, 7], corrupt={1}, clean={0, 4})
    assert found == {0: "", 2: AFTER_DAMAGE, 3: AFTER_DAMAGE, 1: DAMAGED, 5: AFTER_DAMAGE,
                     6: AFTER_DAMAGE, 4: "", 8: "", 7: ""}  # fmt: skip


def test_pictures_that_never_come_do_not_hold_the_others_for_ever() -> None:
    damage = Damage()
    for tag in range(60):
        damage.expect(tag)
    passed = iter([Picture(tag, tag, None) for tag in range(1, 60)])  # type: ignore[arg-type]
    judged = damage.judged(passed)
    assert next(judged).tag == 1
    assert next(passed).tag < 25
