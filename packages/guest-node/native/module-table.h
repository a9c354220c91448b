// From a V8 module back to its handle: V8 hands callbacks the module alone.
#pragma once

#include "helper.h"

namespace vivarium {

// Buckets by identity hash; every entry holds its handle weakly and leaves the table when the handle dies.
struct ModuleTable {
  static constexpr uint32_t kBuckets = 256;

  struct Slot {
    Persistent<Object> handle;
    Slot* next;
    Slot** previous;
  };

  Slot* buckets[kBuckets] = {};

  ModuleTable() = default;
  ~ModuleTable();
  ModuleTable(const ModuleTable&) = delete;
  void operator=(const ModuleTable&) = delete;

  void Add(Isolate* isolate, Local<Module> module, Local<Object> handle);
  // Empty when the handle is gone or the module is none of ours.
  Local<Object> Find(Isolate* isolate, Local<Module> module) const;
};

}  // namespace vivarium
