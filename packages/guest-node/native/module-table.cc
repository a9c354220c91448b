#include "module-table.h"

namespace vivarium {

namespace {

void Forget(const WeakCallbackInfo<ModuleTable::Slot>& info) {
  ModuleTable::Slot* slot = info.GetParameter();
  slot->handle.Reset();
  *slot->previous = slot->next;
  if (slot->next != nullptr) slot->next->previous = slot->previous;
  delete slot;
}

}  // namespace

ModuleTable::~ModuleTable() {
  for (Slot* slot : buckets) {
    while (slot != nullptr) {
      Slot* next = slot->next;
      delete slot;
      slot = next;
    }
  }
}

void ModuleTable::Add(Isolate* isolate, Local<Module> module, Local<Object> handle) {
  Slot** bucket = &buckets[static_cast<uint32_t>(module->GetIdentityHash()) % kBuckets];
  auto* slot = new Slot{{}, *bucket, bucket};
  slot->handle.Reset(isolate, handle);
  slot->handle.SetWeak(slot, Forget, WeakCallbackType::kParameter);
  if (slot->next != nullptr) slot->next->previous = &slot->next;
  *bucket = slot;
}

Local<Object> ModuleTable::Find(Isolate* isolate, Local<Module> module) const {
  for (Slot* slot = buckets[static_cast<uint32_t>(module->GetIdentityHash()) % kBuckets]; slot != nullptr;
       slot = slot->next) {
    Local<Object> handle = slot->handle.Get(isolate);
    if (!handle.IsEmpty() && handle->GetInternalField(0) == module.As<Data>()) return handle;
  }
  return {};
}

}  // namespace vivarium
