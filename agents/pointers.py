"""A tuple of tables that compiled rules receive as one pointer, and not as the 190 words that its arrays consist of.

The pointer leads to a few words a table: where its rows lie and how many there are. They are written when Python calls
compiled code and hold for that call, so a rule may keep what it has read of them.
"""

import hashlib
from typing import Any

import numba
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.typing.templates import AttributeTemplate
from numba.extending import (
    NativeValue,
    infer_getattr,
    lower_getattr_generic,
    models,
    register_model,
    typeof_impl,
    unbox,
)
from numba.np.arrayobj import make_array, populate_array

BYTE = ir.IntType(8)
WORD = ir.IntType(64)
WORD_BYTES = 8


class TablesType(types.Type):
    """The type of a tuple of arrays; numba compares types often, so its name is short: its class's and a digest."""

    def __init__(self, name: str, tables: dict[str, Any]) -> None:
        """Take the name of the class and the type of each array by name."""
        digest = hashlib.sha256(str(tables).encode()).hexdigest()
        super().__init__(f"{name}_{digest[:16]}")
        self.tables = tables

    def place(self, table: str) -> int:
        """Return the words before those of a table: each table takes one, and one more for each of its axes."""
        names = list(self.tables)
        return sum(1 + self.tables[name].ndim for name in names[: names.index(table)])

    @property
    def words(self) -> int:
        """The words of all tables."""
        return sum(1 + table.ndim for table in self.tables.values())


def by_pointer[Tables: type](kind: Tables) -> Tables:
    """Let compiled rules receive the tuples of arrays of a class by pointer; Python sees no difference."""
    typeof_impl.register(kind)(_type_of)
    return kind


def _type_of(tables: Any, _context: Any) -> TablesType:
    """Return numba's type of a tuple of tables."""
    arrays = {name: numba.typeof(table) for name, table in tables._asdict().items()}
    for name, array in arrays.items():
        if array.layout != "C" or not array.mutable:
            raise TypeError(f"{name} is not an array that rules can write, row after row in memory")
    return TablesType(type(tables).__name__, arrays)


@register_model(TablesType)
class _TablesModel(models.PrimitiveModel):
    """A pointer, whatever the tables."""

    def __init__(self, manager: Any, kind: TablesType) -> None:
        super().__init__(manager, kind, BYTE.as_pointer())


@infer_getattr
class _TablesAttribute(AttributeTemplate):
    """Says what type `world.labs` has."""

    key = TablesType

    def generic_resolve(self, kind: TablesType, name: str) -> Any:  # type: ignore[override]
        return kind.tables.get(name)


@lower_getattr_generic(TablesType)
def _load_table(context: Any, builder: Any, kind: TablesType, pointer: Any, name: str) -> Any:
    """Return `world.labs`: the array that the words at its place describe."""
    array = kind.tables[name]
    row = array.dtype.size
    result = make_array(array)(context, builder)
    data = _load(builder, pointer, kind.place(name), context.get_data_type(array.dtype).as_pointer())
    shape = [_load(builder, pointer, kind.place(name) + 1 + axis, WORD) for axis in range(array.ndim)]
    strides = [WORD(row)]
    for length in shape[:0:-1]:
        strides.insert(0, builder.mul(strides[0], length, flags=["nsw"]))
    populate_array(result, data, shape, strides, row, None)
    return result._getvalue()


def _load(builder: Any, pointer: Any, word: int, kind: Any) -> Any:
    """Load a word that no rule changes; LLVM is told, and need not load it again after a table is written."""
    place = builder.gep(pointer, [WORD(word * WORD_BYTES)])
    loaded = builder.load(builder.bitcast(place, kind.as_pointer()))
    loaded.set_metadata("invariant.load", builder.module.add_metadata([]))
    return loaded


@unbox(TablesType)
def _unbox(kind: TablesType, python_tuple: Any, c: Any) -> NativeValue:
    """Write the words of a tuple of arrays on the stack of the entry from Python."""
    builder = c.builder
    memory = builder.bitcast(cgutils.alloca_once(builder, ir.ArrayType(WORD, kind.words)), BYTE.as_pointer())
    failed = cgutils.alloca_once_value(
        builder, builder.icmp_signed("!=", c.pyapi.tuple_size(python_tuple), WORD(len(kind.tables)))
    )
    with builder.if_then(builder.not_(builder.load(failed))):
        for number, name in enumerate(kind.tables):
            mismatch = _write_table(kind, name, c.pyapi.tuple_getitem(python_tuple, number), memory, c)
            builder.store(builder.or_(builder.load(failed), mismatch), failed)
    is_error = builder.load(failed)
    with builder.if_then(is_error, likely=False):
        c.pyapi.err_set_string("PyExc_TypeError", f"these are not the arrays of {kind.name}")
    return NativeValue(_unknown(builder, memory), is_error=is_error)


def _write_table(kind: TablesType, name: str, table: Any, memory: Any, c: Any) -> Any:
    """Write the words of one array at its place; return whether its rows have another size."""
    builder, array = c.builder, kind.tables[name]
    struct = make_array(array)(c.context, builder)
    adapt = cgutils.get_or_insert_function(
        builder.module, ir.FunctionType(ir.IntType(32), [c.pyapi.pyobj, c.pyapi.voidptr]), "numba_adapt_ndarray"
    )
    refused = builder.call(adapt, [table, builder.bitcast(struct._getpointer(), c.pyapi.voidptr)])
    words = [builder.ptrtoint(struct.data, WORD), *cgutils.unpack_tuple(builder, struct.shape, array.ndim)]
    for number, word in enumerate(words, kind.place(name)):
        place = builder.gep(memory, [WORD(number * WORD_BYTES)])
        builder.store(word, builder.bitcast(place, WORD.as_pointer()))
    other_rows = builder.icmp_signed("!=", struct.itemsize, WORD(array.dtype.size))
    return builder.or_(cgutils.is_not_null(builder, refused), other_rows)


def _unknown(builder: Any, pointer: Any) -> Any:
    """Return the pointer such that LLVM cannot know where it leads, lest it load words before they are written."""
    kind = ir.FunctionType(pointer.type, [pointer.type])
    return builder.asm(kind, "", "=r,0,~{memory}", [pointer], side_effect=True)
