"""A process locks itself: limits, no new rights, Landlock, seccomp, and worlds of its own (namespaces).

Everything here runs inside the process that is to be locked, before it sees a student's code.
Only Python's own library is used, and the kernel's interfaces through ``ctypes``: each is asked
for by doing, never by the version of the system. None of it can be taken back afterwards.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import resource
import struct
from collections.abc import Iterable
from pathlib import Path

# Kernel numbers that are the same on every machine Landlock runs on.
_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 444, 445, 446
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_CAPBSET_DROP = 1, 4, 22, 24
_PR_SET_CHILD_SUBREAPER, _PR_SET_NO_NEW_PRIVS = 36, 38
_NEW = {
    "cgroup": 0x02000000,
    "uts": 0x04000000,
    "ipc": 0x08000000,
    "user": 0x10000000,
    "pid": 0x20000000,
    "net": 0x40000000,
    "mount": 0x00020000,
}
_FILE = {
    "execute": 1 << 0, "write": 1 << 1, "read": 1 << 2, "list": 1 << 3, "remove_dir": 1 << 4,
    "remove_file": 1 << 5, "make_char": 1 << 6, "make_dir": 1 << 7, "make_file": 1 << 8, "make_sock": 1 << 9,
    "make_fifo": 1 << 10, "make_block": 1 << 11, "make_link": 1 << 12, "refer": 1 << 13, "truncate": 1 << 14,
    "device": 1 << 15,
}  # fmt: skip
_READ = _FILE["execute"] | _FILE["read"] | _FILE["list"]
_ON_A_FILE = _FILE["execute"] | _FILE["write"] | _FILE["read"] | _FILE["truncate"] | _FILE["device"]
# The ABI of Landlock that brought each right; older kernels refuse a rule that names it.
_SINCE = {"refer": 2, "truncate": 3, "device": 5}

# Calls that no notebook needs, and that reach beyond its own process.
_REFUSED = """
    ptrace process_vm_readv process_vm_writev process_madvise pidfd_getfd pidfd_open pidfd_send_signal kcmp
    bpf perf_event_open userfaultfd keyctl add_key request_key mount umount2 move_mount open_tree fsopen
    fsconfig fsmount fspick mount_setattr pivot_root chroot setns unshare kexec_load kexec_file_load init_module
    finit_module delete_module reboot swapon swapoff acct syslog quotactl quotactl_fd settimeofday clock_settime
    clock_adjtime adjtimex sethostname setdomainname iopl ioperm open_by_handle_at name_to_handle_at
    io_uring_setup io_uring_enter io_uring_register personality lookup_dcookie nfsservctl vhangup memfd_secret
    mknod mknodat migrate_pages move_pages mbind set_mempolicy fanotify_init modify_ldt uselib ustat
    shmget shmat semget msgget mq_open
    landlock_create_ruleset landlock_add_rule landlock_restrict_self
""".split()  # noqa: SIM905
_OWN_NET = (1, 2, 10, 16)
# Calls that change another process of the same user, and the place of its number among the arguments.
_OF_ANOTHER = {
    "prlimit64": 0, "sched_setaffinity": 0, "sched_setscheduler": 0, "sched_setparam": 0, "sched_setattr": 0,
    "setpriority": 1, "ioprio_set": 1,
}  # fmt: skip

_libc = ctypes.CDLL(None, use_errno=True)


def _call(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def die_with_parent() -> None:
    """Have the kernel end this process when its parent ends."""
    import signal

    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def adopt_orphans() -> None:
    """Become the parent of every descendant that lost its own."""
    _libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def hide_memory(hidden: bool = True) -> None:
    """Close (or open) this process's memory to other processes of the same user."""
    _libc.prctl(_PR_SET_DUMPABLE, 0 if hidden else 1, 0, 0, 0)


def no_new_rights() -> None:
    """Give up gaining rights through programs that carry them."""
    _call(_libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")


def drop_capabilities() -> None:
    """Give up every special right of root, also inside an own world."""
    for number in range(64):
        if _libc.prctl(_PR_CAPBSET_DROP, number, 0, 0, 0) < 0:
            break
    header = struct.pack("=Ii", 0x20080522, 0)
    _call(_libc.capset(header, bytes(24)), "capset")


def become(user: int) -> None:
    """Change from root to a plain user; the special rights go with it."""
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    # Otherwise files of this process in /proc would still belong to root.
    hide_memory(False)


def limits(*, memory: int = 0, processes: int = 0, file_size: int = 0, open_files: int = 0, cpu: int = 0) -> None:
    """Set limits of this process and its children, in bytes, numbers and seconds; 0 leaves one as it is."""
    wanted = {
        resource.RLIMIT_DATA: memory,
        resource.RLIMIT_NPROC: processes,
        resource.RLIMIT_FSIZE: file_size,
        resource.RLIMIT_NOFILE: open_files,
        resource.RLIMIT_CPU: cpu,
    }
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for kind, value in wanted.items():
        if value:
            hard = resource.getrlimit(kind)[1]
            value = value if hard == resource.RLIM_INFINITY else min(value, hard)
            resource.setrlimit(kind, (value, value))


def own_world(*, network: bool = True) -> None:
    """Leave the world of the parent: users, files, ipc, host name and, for the children, processes.

    Raises
    ------
    OSError
        If this kernel, or the box around, does not allow it.
    """
    kinds = (
        _NEW["user"] | _NEW["mount"] | _NEW["pid"] | _NEW["ipc"] | _NEW["uts"] | (_NEW["net"] if network else 0)
    )
    user, group = os.getuid(), os.getgid()
    hide_memory(False)
    _call(_libc.unshare(kinds), "unshare")
    for name, said in (("setgroups", "deny"), ("uid_map", f"1000 {user} 1"), ("gid_map", f"1000 {group} 1")):
        with Path("/proc/self", name).open("w") as file:
            file.write(said)


def own_folders(folders: dict[str, int]) -> bool:
    """Lay an empty folder in memory over each of these, with its size in bytes, and an own ``/proc``.

    Returns
    -------
    bool
        Whether ``/proc`` shows this world alone; a box whose own ``/proc`` is partly covered forbids it.
    """
    _mount("none", "/", None, 0x4000 | 0x40000)  # private, with everything below
    for folder, size in folders.items():
        _mount("tmpfs", folder, f"size={size},mode=0755,nr_inodes=20000", 2 | 4)  # no set-uid, no devices
    try:
        _mount("proc", "/proc", None, 2 | 4 | 8, kind="proc")
    except PermissionError:
        return False
    return True


def _mount(source: str, target: str, data: str | None, flags: int, *, kind: str = "tmpfs") -> None:
    words = [word.encode() if word is not None else None for word in (source, target, kind, data)]
    _call(_libc.mount(words[0], words[1], words[2], ctypes.c_ulong(flags), words[3]), f"mount {target}")


def landlock_abi() -> int:
    """Tell which Landlock this kernel has; 0 for none."""
    return max(0, _libc.syscall(_LANDLOCK_CREATE, None, ctypes.c_size_t(0), 1))


def landlock(*, read: Iterable[str | Path], write: Iterable[str | Path], network: bool) -> int:
    """Let this process see only these paths and, where the kernel can, signal nobody outside.

    Parameters
    ----------
    read, write : iterable of str or Path
        What may be read and run; what may be changed. Paths that do not exist are passed over.
    network : bool
        Whether TCP stays open (inside a network of its own it does no harm).

    Returns
    -------
    int
        The ABI in use; 0 if this kernel has no Landlock.
    """
    abi = landlock_abi()
    if not abi:
        return 0
    handled = sum(bit for name, bit in _FILE.items() if abi >= _SINCE.get(name, 1))
    tcp = 3 if abi >= 4 and not network else 0
    scope = 3 if abi >= 6 else 0
    ruleset = struct.pack("QQQ", handled, tcp, scope)[: 8 if abi < 4 else 16 if abi < 6 else 24]
    rules = _call(_libc.syscall(_LANDLOCK_CREATE, ruleset, ctypes.c_size_t(len(ruleset)), 0), "landlock")
    change = handled & ~(_FILE["make_char"] | _FILE["make_block"])
    try:
        for paths, rights in ((read, _READ), (write, change)):
            for path in paths:
                _allow(rules, path, rights & handled)
        no_new_rights()
        _call(_libc.syscall(_LANDLOCK_RESTRICT, rules, 0), "landlock")
    finally:
        os.close(rules)
    return abi


def _allow(rules: int, path: str | Path, rights: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not Path(path).is_dir():
            rights &= _ON_A_FILE
        rule = struct.pack("=Qi", rights, place)
        _call(_libc.syscall(_LANDLOCK_ADD, rules, 1, rule, 0), f"landlock {path}")
    finally:
        os.close(place)


class _Compare(ctypes.Structure):
    _fields_ = [("arg", ctypes.c_uint), ("op", ctypes.c_int), ("a", ctypes.c_uint64), ("b", ctypes.c_uint64)]


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]


_UNLIKE, _EQUAL, _GREATER, _MASKED = 1, 4, 6, 7
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000


def call_filter(*, own_network: bool, signals: bool = True) -> bytes:
    """Compile the list of refused kernel calls; `use_filter` puts it on.

    Parameters
    ----------
    own_network : bool
        The process has a network of its own with nothing in it: sockets may be made.
        Otherwise only pairs of connected sockets can be: they lead nowhere else.
    signals : bool
        Whether other processes may be signalled.

    Raises
    ------
    OSError
        If there is no libseccomp on this computer.
    """
    seccomp = ctypes.CDLL("libseccomp.so.2")
    seccomp.seccomp_init.restype = ctypes.c_void_p
    context = ctypes.c_void_p(seccomp.seccomp_init(_ALLOW))

    def refuse(name: str, *compared: tuple[int, int, int, int], number: int = errno.EPERM) -> None:
        call = seccomp.seccomp_syscall_resolve_name(name.encode())
        if call < 0:
            return  # this machine has no such call
        array = (_Compare * max(1, len(compared)))(*(_Compare(*one) for one in compared))
        seccomp.seccomp_rule_add_array(context, ctypes.c_uint(_ERRNO | number), call, len(compared), array)

    try:
        for name in _REFUSED:
            refuse(name)
        # The old call for new threads can be looked into, the new one cannot: libc falls back to the old.
        refuse("clone3", number=errno.ENOSYS)
        for bit in _NEW.values():
            refuse("clone", (0, _MASKED, bit, bit))
        refuse("ioctl", (1, _MASKED, 0xFFFFFFFF, 0x5412))  # typing into the terminal
        refuse("ioctl", (1, _MASKED, 0xFFFFFFFF, 0x541C))
        for name, place in _OF_ANOTHER.items():
            refuse(name, (place, _UNLIKE, 0, 0))
        if own_network:
            for family in set(range(max(_OWN_NET) + 1)) - set(_OWN_NET):
                refuse("socket", (0, _EQUAL, family, 0), number=errno.EACCES)
            refuse("socket", (0, _GREATER, max(_OWN_NET), 0), number=errno.EACCES)
        else:
            for name in ("socket", "connect", "bind", "listen", "accept", "accept4"):
                refuse(name, number=errno.EACCES)
            # One that carries single messages could still be led elsewhere.
            refuse("socketpair", (1, _MASKED, 0xF, 2), number=errno.EACCES)
        if not signals:
            for name in ("kill", "tkill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo"):
                refuse(name)
        memory = os.memfd_create("filter")
        try:
            if seccomp.seccomp_export_bpf(context, memory) < 0:
                raise OSError(errno.ENOSYS, "seccomp")
            size = os.lseek(memory, 0, os.SEEK_END)
            os.lseek(memory, 0, os.SEEK_SET)
            return os.read(memory, size)
        finally:
            os.close(memory)
    finally:
        seccomp.seccomp_release(context)


def use_filter(program: bytes) -> None:
    """Refuse from now on what `call_filter` compiled."""
    no_new_rights()
    kept = ctypes.create_string_buffer(program, len(program))
    whole = _Program(len(program) // 8, ctypes.cast(kept, ctypes.c_void_p))
    _call(_libc.prctl(_PR_SET_SECCOMP, 2, ctypes.byref(whole), 0, 0), "seccomp")


def descendants(of: int) -> list[int]:
    """Name the children of a process and their children, as far as ``/proc`` shows them."""
    children: dict[int, list[int]] = {}
    for entry in (place.name for place in Path("/proc").iterdir()):
        if entry.isdigit():
            with contextlib.suppress(OSError, IndexError, ValueError):
                stat = Path("/proc", entry, "stat").read_text(errors="replace")
                children.setdefault(int(stat.rsplit(")", 1)[1].split()[1]), []).append(int(entry))
    found, todo = [], [of]
    while todo:
        mine = children.get(todo.pop(), [])
        found += mine
        todo += mine
    return found


def number_here(process: int) -> int:
    """Give the number by which a process of ``/proc`` can be signalled: in a world of its own it has another."""
    with contextlib.suppress(OSError, IndexError, ValueError):
        for line in Path("/proc", str(process), "status").read_text(errors="replace").splitlines():
            if line.startswith("NSpid:"):
                return int(line.split()[-1])
    return process


def memory_of(process: int) -> int:
    """Give the bytes that a process holds, at most: what a fork shares with its parent is counted twice."""
    with contextlib.suppress(OSError, IndexError, ValueError):
        pages = Path("/proc", str(process), "statm").read_text().split()
        return (int(pages[1]) - int(pages[2])) * resource.getpagesize()
    return 0


def fair_memory_of(process: int) -> int:
    """Give the bytes that a process holds, of shared ones its share; slower, and not told of everyone."""
    with contextlib.suppress(OSError, IndexError, ValueError):
        for line in Path("/proc", str(process), "smaps_rollup").read_text().splitlines():
            if line.startswith("Pss_Anon:"):
                return int(line.split()[1]) << 10
    return memory_of(process)
