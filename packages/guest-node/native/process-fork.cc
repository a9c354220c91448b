// A process that forks prepared copies of itself, and what a copy does first. For the cell's own Node, never for a guest.
#if defined(__linux__)

#include "process-descriptors.h"
#include "process-fork.h"
#include "process-namespaces.h"
#include "process-napi.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include <uv.h>

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstring>

namespace vivarium::process_fork {

namespace {

using process_napi::Fail;
using process_napi::Offer;
using process_napi::SetNumber;

constexpr size_t kTokenBytes = 32;
constexpr uint8_t kCallsRole = 0;
constexpr uint8_t kEventsRole = 1;

bool BytesOf(napi_env env, napi_value value, uint8_t** data, size_t* length) {
  bool is_typed_array = false;
  if (napi_is_typedarray(env, value, &is_typed_array) != napi_ok || !is_typed_array) return false;
  napi_typedarray_type type;
  void* bytes = nullptr;
  if (napi_get_typedarray_info(env, value, &type, length, &bytes, nullptr, nullptr) != napi_ok) return false;
  *data = static_cast<uint8_t*>(bytes);
  return type == napi_uint8_array;
}

struct Range {
  void* start;
  size_t length;
  int advice;
};

// V8 asks the kernel to leave what it allocates out of a fork: a copy that is to run needs all of it. What forks share
// instead of having a copy, a loop's ring for example, stays behind.
void CopyHeapsIntoForks() {
  std::FILE* maps = std::fopen("/proc/self/maps", "re");
  if (maps == nullptr) return;
  // What madvise changes splits and joins the lines that are being read: so first all, then change.
  constexpr size_t kMost = 8192;
  static Range ranges[kMost];
  size_t count = 0;
  char line[512];
  while (count < kMost && std::fgets(line, sizeof line, maps) != nullptr) {
    unsigned long start = 0;
    unsigned long end = 0;
    unsigned long inode = 1;
    char sharing = 'p';
    if (std::sscanf(line, "%lx-%lx %*3c%c %*x %*x:%*x %lu", &start, &end, &sharing, &inode) != 4) continue;
    if (sharing == 's') ranges[count++] = {reinterpret_cast<void*>(start), end - start, MADV_DONTFORK};
    if (sharing == 's' || inode != 0) continue;
    // What the kernel has named is its own: the stack, the heap of malloc, its own pages.
    if (std::strchr(line, '[') != nullptr) continue;
    ranges[count++] = {reinterpret_cast<void*>(start), end - start, MADV_DOFORK};
  }
  std::fclose(maps);
  for (size_t index = 0; index < count; index++) {
    madvise(ranges[index].start, ranges[index].length, ranges[index].advice);
  }
}

// Blocks until the host's listener has the connection in its backlog, which is at once.
int Connect(const uint8_t* name, size_t length, const uint8_t* token, uint8_t role) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (length > sizeof address.sun_path) return -1;
  std::memcpy(address.sun_path, name, length);
  const int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return -1;
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + length);
  if (connect(descriptor, reinterpret_cast<sockaddr*>(&address), size) != 0) return -1;
  uint8_t greeting[kTokenBytes + 1];
  std::memcpy(greeting, token, kTokenBytes);
  greeting[kTokenBytes] = role;
  if (send(descriptor, greeting, sizeof greeting, MSG_NOSIGNAL) != sizeof greeting) return -1;
  return descriptor;
}

// Between the fork and this function's end the copy has no one to report to but its end.
[[noreturn]] void GiveUp(const char* what) {
  std::fprintf(stderr, "%s: %s\n", what, strerror(errno));
  _exit(1);
}

void DieWith(pid_t parent) {
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) GiveUp("prctl");
  // It may have died before it was asked to be told.
  if (getppid() != parent) _exit(1);
}

// fork(address, token): in the parent { pid, stderr }, in the child { pid: 0, self, calls, events }.
napi_value Fork(napi_env env, napi_callback_info info) {
  size_t count = 2;
  napi_value args[2];
  uint8_t* name = nullptr;
  uint8_t* token = nullptr;
  size_t name_length = 0;
  size_t token_length = 0;
  uv_loop_t* loop = nullptr;
  if (napi_get_cb_info(env, info, &count, args, nullptr, nullptr) != napi_ok || count < 2 ||
      !BytesOf(env, args[0], &name, &name_length) || !BytesOf(env, args[1], &token, &token_length) ||
      token_length != kTokenBytes || napi_get_uv_event_loop(env, &loop) != napi_ok) {
    return process_napi::Refuse(env, "An address and a token are expected");
  }
  napi_value made;
  if (napi_create_object(env, &made) != napi_ok) return nullptr;
  int words[2];
  static process_descriptors::Descriptors held;
  if (!held.List()) return Fail(env, "listing the descriptors");
  if (pipe2(words, O_CLOEXEC | O_NONBLOCK) != 0) return Fail(env, "pipe");
  CopyHeapsIntoForks();
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid < 0) {
    const int error = errno;
    close(words[0]);
    close(words[1]);
    errno = error;
    return Fail(env, "fork");
  }
  SetNumber(env, made, "pid", pid);
  if (pid > 0) {
    close(words[1]);
    SetNumber(env, made, "stderr", words[0]);
    return made;
  }
  process_namespaces::Ticket namespaces;
  if (dup2(words[1], STDERR_FILENO) < 0) GiveUp("dup2");
  close(words[0]);
  close(words[1]);
  if (!held.ReplaceShared()) GiveUp("replacing the descriptors");
  const int calls = Connect(name, name_length, token, kCallsRole);
  const int events = Connect(name, name_length, token, kEventsRole);
  if (calls < 0 || events < 0) GiveUp("connect");
  // Not before: the host's address is in the network of the machine. And while there is no other thread yet.
  namespaces.Enter();
  // The kernel forgets it with some changes of what a process may do.
  DieWith(parent);
  if (uv_loop_fork(loop) != 0) GiveUp("uv_loop_fork");
  SetNumber(env, made, "self", getpid());
  SetNumber(env, made, "calls", calls);
  SetNumber(env, made, "events", events);
  return made;
}

// childEnd(pid, release): undefined while it lives, else its status; its number is not used again before its release.
napi_value ChildEnd(napi_env env, napi_callback_info info) {
  int32_t pid = 0;
  bool release = false;
  if (!process_napi::ReadArguments(env, info, &pid, &release) || pid <= 0) {
    return process_napi::Refuse(env, "A process and a boolean are expected");
  }
  siginfo_t status{};
  if (waitid(P_PID, static_cast<id_t>(pid), &status, WEXITED | WNOHANG | (release ? 0 : WNOWAIT)) != 0) {
    return Fail(env, "waitid");
  }
  if (status.si_pid == 0) return nullptr;
  napi_value made;
  if (napi_create_object(env, &made) != napi_ok) return nullptr;
  SetNumber(env, made, "exitCode", status.si_code == CLD_EXITED ? status.si_status : -1);
  SetNumber(env, made, "signal", status.si_code == CLD_EXITED ? 0 : status.si_status);
  return made;
}

napi_value DieWithParent(napi_env env, napi_callback_info info) {
  int32_t parent = 0;
  if (!process_napi::ReadArguments(env, info, &parent)) return process_napi::Refuse(env, "A process is expected");
  DieWith(parent);
  return nullptr;
}

}  // namespace

void Register(napi_env env, napi_value target) {
  Offer(env, target, "fork", Fork);
  Offer(env, target, "childEnd", ChildEnd);
  Offer(env, target, "dieWithParent", DieWithParent);
}

}  // namespace vivarium::process_fork

#endif
