// The descriptors that a copy of a process is born with.
#ifndef VIVARIUM_PROCESS_DESCRIPTORS_H_
#define VIVARIUM_PROCESS_DESCRIPTORS_H_

#include <sys/types.h>

#include <cstddef>

namespace vivarium::process_descriptors {

struct Descriptor {
  int number;
  ino_t inode;
};

// What a process holds beside its standard streams.
struct Descriptors {
  static constexpr size_t kMost = 1024;
  Descriptor all[kMost];
  size_t count = 0;

  // False when they cannot be listed, or are too many.
  bool List();

  // In a copy: whatever both hold is replaced by something of its own. False when the system refuses.
  bool ReplaceShared() const;
};

}  // namespace vivarium::process_descriptors

#endif
