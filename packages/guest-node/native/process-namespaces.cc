// A network namespace takes the kernel over half a millisecond to make, and longer to take apart; to enter one that is
// there takes microseconds. So a process makes them once, and each copy of it enters them.
#if defined(__linux__)

#include "process-namespaces.h"
#include "process-napi.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

namespace vivarium::process_namespaces {

namespace {

using process_napi::Fail;
using process_napi::Offer;

struct Kind {
  const char* name;
  int flag;
};

// The user's comes first: it is what gives the right to enter the others.
constexpr Kind kKindsInOrder[] = {
    {"user", CLONE_NEWUSER}, {"net", CLONE_NEWNET}, {"ipc", CLONE_NEWIPC}, {"uts", CLONE_NEWUTS}, {"mnt", CLONE_NEWNS},
};
constexpr int kCount = sizeof kKindsInOrder / sizeof kKindsInOrder[0];

// Of this process alone: a copy that has entered them, or has not, says so for itself.
int made[kCount] = {-1, -1, -1, -1, -1};
bool is_made = false;
bool is_entered = false;

void CloseAll(int* descriptors) {
  for (int index = 0; index < kCount; index++) {
    if (descriptors[index] >= 0) close(descriptors[index]);
    descriptors[index] = -1;
  }
}

// The creator of a user namespace, and whoever enters it, has all rights over what belongs to it: none is needed.
bool DropCapabilities() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  const __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {};
  return syscall(SYS_capset, &header, none) == 0;
}

// In a process of its own, with one thread: only such may make a user namespace.
bool MakeHere() {
  int flags = 0;
  for (const Kind& kind : kKindsInOrder) flags |= kind.flag;
  if (unshare(flags) != 0) return false;
  // Over everything: whoever enters finds an empty folder at the root, and no way beneath it. The mounts beneath follow
  // the machine's, so that what it unmounts is not held here.
  return mount("none", "/", "tmpfs", MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, "size=4k,nr_inodes=2,mode=555") == 0;
}

// Says 0, or why not, and lives until nobody listens any more.
[[noreturn]] void Hold(int said, int waited) {
  const int error = MakeHere() ? 0 : errno;
  char end;
  if (write(said, &error, sizeof error) == sizeof error) {
    while (read(waited, &end, 1) < 0 && errno == EINTR) continue;
  }
  _exit(0);
}

bool OpenOf(pid_t pid) {
  for (int index = 0; index < kCount; index++) {
    char path[64];
    std::snprintf(path, sizeof path, "/proc/%d/ns/%s", pid, kKindsInOrder[index].name);
    made[index] = open(path, O_RDONLY | O_CLOEXEC);
    if (made[index] < 0) return false;
  }
  return true;
}

// The child has its name from its first moment: whoever counts processes can tell it from a copy.
pid_t ForkNamed(const char* name) {
  char own[16] = "";
  prctl(PR_GET_NAME, own);
  prctl(PR_SET_NAME, name);
  const pid_t pid = fork();
  const int error = errno;
  if (pid != 0) prctl(PR_SET_NAME, own);
  errno = error;
  return pid;
}

// Answers 0, or what went wrong.
int Make() {
  int said[2];
  int waited[2];
  if (pipe2(said, O_CLOEXEC) != 0) return errno;
  if (pipe2(waited, O_CLOEXEC) != 0) {
    const int error = errno;
    close(said[0]);
    close(said[1]);
    return error;
  }
  const pid_t pid = ForkNamed("namespaces");
  int error = pid < 0 ? errno : EPIPE;
  if (pid == 0) {
    close(waited[1]);
    Hold(said[1], waited[0]);
  }
  close(said[1]);
  close(waited[0]);
  if (pid > 0) {
    while (read(said[0], &error, sizeof error) < 0 && errno == EINTR) continue;
    if (error == 0 && !OpenOf(pid)) error = errno;
  }
  close(said[0]);
  close(waited[1]);
  if (pid > 0) {
    while (waitpid(pid, nullptr, 0) < 0 && errno == EINTR) continue;
  }
  if (error != 0) CloseAll(made);
  return error;
}

// makeNamespaces(): for the copies of this process.
napi_value MakeNamespaces(napi_env env, napi_callback_info) {
  if (is_made) return nullptr;
  errno = Make();
  if (errno != 0) return Fail(env, "making namespaces");
  is_made = true;
  return nullptr;
}

}  // namespace

Ticket::Ticket() {
  static_assert(kKinds == kCount);
  for (int index = 0; index < kCount; index++) {
    descriptors_[index] = made[index] < 0 ? -1 : fcntl(made[index], F_DUPFD_CLOEXEC, 0);
    made[index] = -1;
  }
}

bool Ticket::Enter() {
  bool done = is_made;
  for (int index = 0; done && index < kCount; index++) {
    done = setns(descriptors_[index], kKindsInOrder[index].flag) == 0;
    // What was entered stays entered, and its rights are to go.
    if (!done && index > 0) DropCapabilities();
  }
  CloseAll(descriptors_);
  is_entered = done && DropCapabilities();
  return is_entered;
}

bool Entered() {
  return is_entered;
}

void Register(napi_env env, napi_value target) {
  Offer(env, target, "makeNamespaces", MakeNamespaces);
}

}  // namespace vivarium::process_namespaces

#endif
