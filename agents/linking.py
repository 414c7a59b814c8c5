"""How compiled functions become machine code: all that an entry from Python needs is linked first and optimised once.

Left to itself, numba links what a function calls into it, optimises the sum and writes its machine code, and does so
again for each function that calls this one; the rules of a month would be optimised many times over.
"""

from collections.abc import Iterable
from typing import Any

from numba import _dynfunc  # type: ignore[attr-defined]
from numba.core.codegen import CodeLibrary, JITCodeLibrary
from numba.core.compiler import Compiler


class Part(JITCodeLibrary):
    """The code of a function that Python does not enter; it waits to be linked where it is needed."""

    def finalize(self) -> None:
        """Leave everything to the entries."""
        self._finalized = True


class Entry(JITCodeLibrary):
    """The code of a function that Python enters, and of all functions that it calls, directly or not."""

    def finalize(self) -> None:
        """Link, optimise and write machine code."""
        self._linking_libraries = list(reversed(_all_parts(self._linking_libraries, {})))
        super().finalize()


def _all_parts(libraries: Iterable[CodeLibrary], found: dict[CodeLibrary, None]) -> dict[CodeLibrary, None]:
    """Return libraries and all that the parts among them need, each once and after what it needs.

    They are linked from last to first: LLVM leaves out what nothing linked before it calls.
    """
    for library in libraries:
        if library not in found:
            if isinstance(library, Part):
                _all_parts(library._linking_libraries, found)
            found[library] = None
    return found


class PartCompiler(Compiler):
    """Numba's compiler for a function that Python does not enter."""

    def compile_extra(self, func: Any) -> Any:
        """Compile a function to a part."""
        self.state.library = Part(self.state.targetctx.codegen(), func.__qualname__)
        self.state.targetctx.get_executable = _without_address
        return super().compile_extra(func)


class EntryCompiler(Compiler):
    """Numba's compiler for a function that Python enters."""

    def compile_extra(self, func: Any) -> Any:
        """Compile a function and all parts that it needs."""
        self.state.library = Entry(self.state.targetctx.codegen(), func.__qualname__)
        self.state.library.enable_object_caching()
        return super().compile_extra(func)


def _without_address(library: CodeLibrary, description: Any, environment: Any) -> Any:
    """Return what numba knows a compiled function by, without any machine code."""
    name = description.qualname.split(".")[-1]
    return _dynfunc.make_function(description.lookup_module(), name, "", 0, environment, (library,))
