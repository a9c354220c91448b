// Namespaces of the kernel in which nothing is: no network, no files, no rights over either. For the cell's own Node.
#ifndef VIVARIUM_PROCESS_NAMESPACES_H_
#define VIVARIUM_PROCESS_NAMESPACES_H_

#include <node_api.h>

namespace vivarium::process_namespaces {

// The namespaces that were made, as a copy of the process that made them takes them along. A copy gives up its own
// descriptors of them before it knows whether it needs them: these are others.
class Ticket {
 public:
  // Right after the fork, while everything is still there.
  Ticket();

  // Once no file and no address is needed any more. False where there are none, or the kernel refuses.
  bool Enter();

 private:
  static constexpr int kKinds = 5;
  int descriptors_[kKinds];
};

// Whether this process is in them.
bool Entered();

void Register(napi_env env, napi_value target);

}  // namespace vivarium::process_namespaces

#endif
