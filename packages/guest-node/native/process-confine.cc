// What a process gives up for good before it runs a stranger's program. For the cell's own Node, never for a guest.
#if defined(__linux__) && (defined(__x86_64__) || defined(__aarch64__))

#include "process-confine.h"
#include "process-namespaces.h"
#include "process-napi.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <uv.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace vivarium::process_confine {

namespace {

using process_napi::Fail;
using process_napi::Offer;
using process_napi::SetNumber;

#if defined(__x86_64__)
constexpr uint32_t kArchitecture = AUDIT_ARCH_X86_64;
#else
constexpr uint32_t kArchitecture = AUDIT_ARCH_AARCH64;
#endif

constexpr uint32_t kAllow = SECCOMP_RET_ALLOW;
constexpr uint32_t kRefuse = SECCOMP_RET_ERRNO | EPERM;

// Names for mappings, which V8 gives; not in the headers of every system that this compiles on.
constexpr uint32_t kSetMappingName = 0x53564d41;

// What memory, threads, clocks and the descriptors that it holds need, whatever the arguments.
constexpr uint32_t kAllowed[] = {
    __NR_read,
    __NR_write,
    __NR_futex,
    __NR_epoll_pwait,
    __NR_epoll_ctl,
    __NR_readv,
    __NR_writev,
    __NR_munmap,
    __NR_mprotect,
    __NR_mremap,
    __NR_brk,
    __NR_mincore,
    __NR_membarrier,
    __NR_pkey_mprotect,
    __NR_pkey_alloc,
    __NR_pkey_free,
    __NR_close,
    __NR_lseek,
    __NR_pread64,
    __NR_pwrite64,
    __NR_fstat,
    __NR_shutdown,
    __NR_getsockopt,
    __NR_getsockname,
    __NR_getpeername,
    __NR_epoll_create1,
    __NR_eventfd2,
    __NR_pipe2,
    __NR_ppoll,
    __NR_clock_gettime,
    __NR_clock_getres,
    __NR_clock_nanosleep,
    __NR_nanosleep,
    __NR_gettimeofday,
    __NR_getrandom,
    __NR_getpid,
    __NR_getppid,
    __NR_gettid,
    __NR_getuid,
    __NR_geteuid,
    __NR_getgid,
    __NR_getegid,
    __NR_getrusage,
    __NR_times,
    __NR_sysinfo,
    __NR_uname,
    __NR_getcpu,
    __NR_sched_yield,
    __NR_sched_getaffinity,
    __NR_sched_getparam,
    __NR_sched_getscheduler,
    __NR_rt_sigaction,
    __NR_rt_sigprocmask,
    __NR_rt_sigpending,
    __NR_rt_sigtimedwait,
    __NR_rt_sigreturn,
    __NR_sigaltstack,
    __NR_restart_syscall,
    __NR_set_robust_list,
    __NR_set_tid_address,
    __NR_exit,
    __NR_exit_group,
#if defined(__NR_rseq)
    __NR_rseq,
#endif
#if defined(__x86_64__)
    __NR_epoll_wait,
    __NR_poll,
    __NR_select,
    __NR_time,
    __NR_arch_prctl,
#else
    __NR_pselect6,
#endif
};

// A program of the kernel's packet filter, built instruction by instruction.
class Filter {
 public:
  // Leaves the number of the call in the accumulator; a call of another architecture ends the process.
  Filter() {
    Load(offsetof(seccomp_data, arch));
    Add(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kArchitecture, 1, 0));
    Return(SECCOMP_RET_KILL_PROCESS);
    LoadNumber();
#if defined(__x86_64__)
    // The numbers of the x32 interface name the same calls again.
    Add(BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1));
    Return(SECCOMP_RET_KILL_PROCESS);
#endif
  }

  // From now on, on every thread of this process: `rest` for what no rule names.
  bool Install(uint32_t rest) {
    Return(rest);
    if (full_) {
      errno = E2BIG;
      return false;
    }
    sock_fprog program{static_cast<unsigned short>(length_), instructions_};
    return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program) == 0;
  }

  void Always(uint32_t number, uint32_t verdict) {
    Add(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1));
    Return(verdict);
  }

  // Allowed when the low half of an argument is one of a few values.
  void WhenOneOf(uint32_t number, int argument, const uint32_t* values, uint8_t count) {
    Add(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, static_cast<uint8_t>(2 * count + 2)));
    Load(Low(argument));
    for (uint8_t index = 0; index < count; index++) Always(values[index], kAllow);
    Return(kRefuse);
  }

  // Allowed when of the bits in `mask` the low half of an argument has exactly these.
  void WhenBits(uint32_t number, int argument, uint32_t mask, uint32_t bits) {
    Add(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 5));
    Load(Low(argument));
    Add(BPF_STMT(BPF_ALU | BPF_AND | BPF_K, mask));
    Add(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, bits, 0, 1));
    Return(kAllow);
    Return(kRefuse);
  }

  // Allowed when the low half of an argument is less than a bound.
  void WhenBelow(uint32_t number, int argument, uint32_t bound) {
    Add(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 4));
    Load(Low(argument));
    Add(BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, bound, 1, 0));
    Return(kAllow);
    Return(kRefuse);
  }

  // Allowed when both halves of an argument are zero.
  void WhenZero(uint32_t number, int argument) {
    Add(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 6));
    Load(Low(argument));
    Add(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 3));
    Load(Low(argument) + 4);
    Add(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 1));
    Return(kAllow);
    Return(kRefuse);
  }

 private:
  static constexpr size_t kMost = 512;

  static uint32_t Low(int argument) {
    return static_cast<uint32_t>(offsetof(seccomp_data, args) + sizeof(uint64_t) * static_cast<size_t>(argument));
  }

  void LoadNumber() { Load(offsetof(seccomp_data, nr)); }
  void Load(size_t offset) { Add(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<uint32_t>(offset))); }
  void Return(uint32_t verdict) { Add(BPF_STMT(BPF_RET | BPF_K, verdict)); }

  void Add(sock_filter instruction) {
    full_ = full_ || length_ == kMost;
    if (!full_) instructions_[length_++] = instruction;
  }

  sock_filter instructions_[kMost];
  size_t length_ = 0;
  bool full_ = false;
};

// What is asked through a ring never meets a filter: there must be none, and libuv makes one for every loop.
bool RefuseRings() {
  Filter filter;
  for (uint32_t number : {__NR_io_uring_setup, __NR_io_uring_enter, __NR_io_uring_register}) {
    filter.Always(number, kRefuse);
  }
  return filter.Install(kAllow);
}

bool InstallFilter() {
  const auto self = static_cast<uint32_t>(getpid());
  const uint32_t descriptor_commands[] = {F_GETFD, F_SETFD, F_GETFL, F_SETFL};
  const uint32_t device_commands[] = {FIONBIO, FIOCLEX, FIONREAD};
  const uint32_t process_commands[] = {PR_SET_NAME, kSetMappingName};
  Filter filter;
  for (uint32_t number : kAllowed) filter.Always(number, kAllow);
  // Its arguments lie in memory, where a filter cannot look: who is told that it is missing calls the older one.
  filter.Always(__NR_clone3, SECCOMP_RET_ERRNO | ENOSYS);
  filter.WhenBits(__NR_clone, 0, CLONE_THREAD | CLONE_VM, CLONE_THREAD | CLONE_VM);
  // Shared memory that is not mapped at the moment counts for no process, and whoever watches this one would not see it.
  filter.WhenBits(__NR_mmap, 3, MAP_TYPE, MAP_PRIVATE);
  // From here on it is advice about the machine's own memory, of which the kernel takes away what is said to be broken.
  filter.WhenBelow(__NR_madvise, 2, MADV_HWPOISON);
  filter.WhenOneOf(__NR_kill, 0, &self, 1);
  filter.WhenOneOf(__NR_tgkill, 0, &self, 1);
  filter.WhenOneOf(__NR_fcntl, 1, descriptor_commands, 4);
  filter.WhenOneOf(__NR_ioctl, 1, device_commands, 3);
  filter.WhenOneOf(__NR_prctl, 0, process_commands, 2);
  // Limits may be read, not set.
  filter.WhenZero(__NR_prlimit64, 2);
  return filter.Install(kRefuse);
}

// Rules of Landlock, without one that allows anything; see landlock(7). Answers the version of the interface, or 0.
int InstallLandlock() {
  struct Attributes {
    uint64_t files;
    uint64_t network;
    uint64_t scopes;
  };
  constexpr long kCreate = 444;
  constexpr long kRestrict = 446;
  constexpr uint32_t kVersion = 1;
  const long version = syscall(kCreate, nullptr, 0, kVersion);
  if (version < 1) return 0;
  Attributes attributes{};
  const int file_rights = version >= 5 ? 16 : version >= 3 ? 15 : version == 2 ? 14 : 13;
  attributes.files = (uint64_t{1} << file_rights) - 1;
  if (version >= 4) attributes.network = 3;
  if (version >= 6) attributes.scopes = 3;
  const size_t size = version >= 6 ? 24 : version >= 4 ? 16 : 8;
  const long rules = syscall(kCreate, &attributes, size, 0);
  if (rules < 0) return 0;
  const bool installed = syscall(kRestrict, rules, 0) == 0;
  close(static_cast<int>(rules));
  return installed ? static_cast<int>(version) : 0;
}

// More descriptors than a cell opens after its start: for loops of threads, say.
constexpr rlim_t kDescriptors = 128;

void Lower(decltype(RLIMIT_CORE) resource, rlim_t value) {
  rlimit limit{};
  if (getrlimit(resource, &limit) != 0) return;
  if (limit.rlim_max != RLIM_INFINITY && limit.rlim_max < value) value = limit.rlim_max;
  limit = {value, value};
  setrlimit(resource, &limit);
}

void LowerLimits() {
  Lower(RLIMIT_CORE, 0);
  Lower(RLIMIT_FSIZE, 0);
  Lower(RLIMIT_MEMLOCK, 0);
  Lower(RLIMIT_MSGQUEUE, 0);
  Lower(RLIMIT_NOFILE, kDescriptors);
}

// abandonRings(): the event loop starts anew without the ring that it has, and none can be made.
napi_value AbandonRings(napi_env env, napi_callback_info) {
  uv_loop_t* loop = nullptr;
  if (napi_get_uv_event_loop(env, &loop) != napi_ok) return nullptr;
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return Fail(env, "no_new_privs");
  if (!RefuseRings()) return Fail(env, "seccomp");
  const int status = uv_loop_fork(loop);
  if (status != 0) {
    errno = -status;
    return Fail(env, "uv_loop_fork");
  }
  return nullptr;
}

// confine(): { landlock, namespaces }, once nothing but memory, threads, clocks and open descriptors is left.
napi_value Confine(napi_env env, napi_callback_info) {
  napi_value made;
  if (napi_create_object(env, &made) != napi_ok) return nullptr;
  LowerLimits();
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return Fail(env, "no_new_privs");
  SetNumber(env, made, "landlock", InstallLandlock());
  napi_set_named_property(env, made, "namespaces", process_napi::Boolean(env, process_namespaces::Entered()));
  if (!InstallFilter()) return Fail(env, "seccomp");
  return made;
}

// closeInherited(first): what this process was left with across exec, from a descriptor on. Its own close at one.
napi_value CloseInherited(napi_env env, napi_callback_info info) {
  int32_t first = 0;
  if (!process_napi::ReadArguments(env, info, &first) || first <= STDERR_FILENO) {
    return process_napi::Refuse(env, "A descriptor above the standard ones is expected");
  }
  DIR* folder = opendir("/proc/self/fd");
  if (folder == nullptr) return Fail(env, "opendir");
  while (const dirent* entry = readdir(folder)) {
    const int descriptor = std::atoi(entry->d_name);
    if (descriptor < first || descriptor == dirfd(folder)) continue;
    const int flags = fcntl(descriptor, F_GETFD);
    if (flags >= 0 && (flags & FD_CLOEXEC) == 0) close(descriptor);
  }
  closedir(folder);
  return nullptr;
}

}  // namespace

void Register(napi_env env, napi_value target) {
  Offer(env, target, "abandonRings", AbandonRings);
  Offer(env, target, "confine", Confine);
  Offer(env, target, "closeInherited", CloseInherited);
}

}  // namespace vivarium::process_confine

#endif
