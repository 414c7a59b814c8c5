"""Keyed luck: a draw belongs to a purpose, a month and an agent, and to nothing else.

The same (seed, purpose, month, key) gives the same number in every scenario, process and executor, however many other
draws there are; so two scenarios under one seed share their luck.
"""

import math

from agents.compiling import rule

(
    LAB_DEMAND,
    MARKET_DEMAND,
    OUTAGE,
    COMMON_OUTAGE,
    RECALL,
    TERM,
    QUEUE_CANCEL,
    LAB_ENTRY,
    SUPPLIER_ENTRY,
    SUPPLIER_KIND,
    IDLE_CAPACITY,
    SALVAGE,
    SHOUTER,
    SHOUT,
    SHOCK,
    CONDUCT,
) = range(16)
"""Purposes of draws; a new one is added at the end, so that old draws stay."""

MASK = 0xFFFFFFFF
ENTRANT = 1 << 30
"""Keys of firms of the start are smaller; a firm that enters later has this plus the month of its entry."""


@rule
def _mix(x: int) -> int:
    """Scramble 32 bits: lowbias32 of Wellons (2018), constants signed so that int64 never overflows."""
    x ^= x >> 16
    x = (x * 0x7FEB352D) & MASK
    x ^= x >> 15
    x = (x * -2073254261) & MASK  # 0x846ca68b - 2**32
    x ^= x >> 16
    return x


@rule
def _word(salt: int, seed: int, purpose: int, month: int, key: int) -> int:
    """Return 32 bits that depend on every part of the key."""
    word = _mix(salt ^ (seed & MASK))
    word = _mix(word ^ ((seed >> 32) & MASK))
    word = _mix(word ^ ((purpose << 20) ^ (month & 0xFFFFF)))
    return _mix(word ^ (key & MASK))


@rule
def joint_key(first: int, second: int, third: int) -> int:
    """Return a key of draws that belong to three things at once, such as a lab, a supplier and a month."""
    return _mix(_mix(_mix(first & MASK) ^ (second & MASK)) ^ (third & MASK))


@rule
def uniform(seed: int, purpose: int, month: int, key: int) -> float:
    """Return a uniform number in (0, 1), never either end; 52 random bits."""
    high = _word(0x243F6A88, seed, purpose, month, key) >> 6
    low = _word(0x05A308D3, seed, purpose, month, key) >> 6
    return (high * 67108864.0 + low + 0.5) / 4503599627370496.0


@rule
def normal(seed: int, purpose: int, month: int, key: int) -> float:
    """Return a standard normal number (Box & Muller 1958)."""
    first = uniform(seed, purpose, month, 2 * key)
    second = uniform(seed, purpose, month, 2 * key + 1)
    return math.sqrt(-2.0 * math.log(first)) * math.cos(2.0 * math.pi * second)


@rule
def exponential(seed: int, purpose: int, month: int, key: int) -> float:
    """Return an exponential number with mean one."""
    return -math.log(uniform(seed, purpose, month, key))
