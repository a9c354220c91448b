// A copy shares every open file of the process that it is a copy of, and with them the channels by which libuv's loops
// there wake each other: what is written into the pipe for signals is taken for an address. A copy that a guest has
// broken out into must not hold any of them.
#if defined(__linux__)

#include "process-descriptors.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace vivarium::process_descriptors {

namespace {

bool InodeOf(int descriptor, ino_t* inode) {
  struct stat status{};
  if (fstat(descriptor, &status) != 0) return false;
  *inode = status.st_ino;
  return true;
}

// Of the same kind where a loop whose thread is not in the copy may still be woken: libuv ends a process that cannot.
int FreshLike(int descriptor) {
  char name[64];
  char target[64];
  std::snprintf(name, sizeof name, "/proc/self/fd/%d", descriptor);
  const ssize_t length = readlink(name, target, sizeof target - 1);
  if (length < 0) return -1;
  target[length] = '\0';
  if (std::strcmp(target, "anon_inode:[eventfd]") == 0) return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (std::strcmp(target, "anon_inode:[eventpoll]") == 0) return epoll_create1(EPOLL_CLOEXEC);
  return open("/dev/null", O_RDWR | O_CLOEXEC);
}

bool Replace(int descriptor) {
  const int fresh = FreshLike(descriptor);
  if (fresh < 0) return false;
  const bool done = dup3(fresh, descriptor, O_CLOEXEC) == descriptor;
  close(fresh);
  return done;
}

}  // namespace

bool Descriptors::List() {
  count = 0;
  DIR* folder = opendir("/proc/self/fd");
  if (folder == nullptr) return false;
  bool fits = true;
  while (const dirent* entry = readdir(folder)) {
    const int number = std::atoi(entry->d_name);
    Descriptor descriptor{number, 0};
    if (number <= STDERR_FILENO || number == dirfd(folder) || !InodeOf(number, &descriptor.inode)) continue;
    fits = fits && count < kMost;
    if (fits) all[count++] = descriptor;
  }
  closedir(folder);
  return fits;
}

bool Descriptors::ReplaceShared() const {
  for (size_t index = 0; index < count; index++) {
    const Descriptor& descriptor = all[index];
    ino_t inode = 0;
    // What libuv has made anew in the copy is its own by now.
    const bool is_shared = InodeOf(descriptor.number, &inode) && inode == descriptor.inode;
    if (is_shared && !Replace(descriptor.number)) return false;
  }
  return true;
}

}  // namespace vivarium::process_descriptors

#endif
