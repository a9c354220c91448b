// Modules that import one another in a circle, one of which awaits at its top level.
//
// V8 runs those of them that await nothing as soon as the one that does is done, and ends the process when execution is
// terminated right then: by process.exit() or a deadline. One that awaits something itself ends as any function does. So,
// before such a circle is instantiated, each of its modules is compiled to await something at its very end, where the
// others would wait for it anyway. No position in its text changes.
#include "module-handle.h"

#include <vector>

namespace vivarium::module_wrap {

namespace {

bool Awaits(Local<Module> module) { return module->IsSourceTextModule() && module->HasTopLevelAwait(); }

MaybeLocal<Module> CompileAwaiting(Subject* subject) {
  Isolate* isolate = subject->isolate;
  Local<Array> origin_of = Field(subject->handle, kOrigin).As<Array>();
  Local<Value> parts[3];
  for (uint32_t i = 0; i < 3; i++) {
    if (!origin_of->Get(subject->context, i).ToLocal(&parts[i])) return {};
  }
  Local<Context> context = OwnContext(*subject);
  Local<String> text = String::Concat(isolate, Field(subject->handle, kSource).As<String>(), Text(isolate, "\n;await 0"));
  if (text.IsEmpty()) return {};
  Local<Symbol> symbol = Field(subject->handle, kHostSymbol).As<Symbol>();
  ScriptOrigin origin(parts[0], parts[1].As<Int32>()->Value(), parts[2].As<Int32>()->Value(), true, -1, Local<Value>(),
                      false, false, true, HostOptions(isolate, symbol));
  ScriptCompiler::Source source(text, origin);
  Context::Scope scope(context);
  Local<Module> module;
  if (!ScriptCompiler::CompileModule(isolate, &source).ToLocal(&module)) return {};
  subject->handle->SetInternalField(kSource, text);
  return module;
}

bool MakeAwait(Subject* subject) {
  if (!subject->module->IsSourceTextModule() || Awaits(subject->module)) return true;
  Local<Module> module;
  if (!CompileAwaiting(subject).ToLocal(&module)) return false;
  subject->handle->SetInternalField(kModule, module);
  subject->state->modules->Add(subject->isolate, module, subject->handle);
  return true;
}

struct Member {
  Local<Object> handle;
  Local<Array> linked;
  uint32_t next = 0;
  uint32_t low = 0;
  bool open = true;
  bool awaits = false;
};

// Tarjan's search for circles, over what is not instantiated.
class Circles {
 public:
  explicit Circles(const Subject& root) : root_(root), context_(root.context), numbers_(v8::Map::New(root.isolate)) {}

  bool Run() {
    if (!Enter(root_.handle, root_.module)) return false;
    while (!path_.empty()) {
      uint32_t number = path_.back();
      Member& member = members_[number];
      if (!member.linked.IsEmpty() && member.next < member.linked->Length()) {
        Local<Value> dependency;
        if (!member.linked->Get(context_, member.next++).ToLocal(&dependency) || !Look(number, dependency)) return false;
        continue;
      }
      path_.pop_back();
      if (!path_.empty()) Lower(path_.back(), member.low);
      if (member.low == number && !Close(number)) return false;
    }
    return true;
  }

 private:
  bool Enter(Local<Object> handle, Local<Module> module) {
    auto number = static_cast<uint32_t>(members_.size());
    if (numbers_->Set(context_, handle, Integer::NewFromUnsigned(root_.isolate, number)).IsEmpty()) return false;
    Member member;
    member.handle = handle;
    if (Field(handle, kLinked)->IsArray()) member.linked = Field(handle, kLinked).As<Array>();
    member.low = number;
    member.awaits = Awaits(module);
    members_.push_back(member);
    path_.push_back(number);
    open_.push_back(number);
    return true;
  }

  bool Look(uint32_t from, Local<Value> dependency) {
    Local<Value> known;
    if (!numbers_->Get(context_, dependency).ToLocal(&known)) return false;
    if (known->IsUint32()) {
      uint32_t number = known.As<Uint32>()->Value();
      if (members_[number].open) Lower(from, number);
      return true;
    }
    Subject subject(root_.state, root_.isolate);
    if (!subject.Adopt(dependency) || subject.module->GetStatus() != Module::kUninstantiated) return true;
    return Enter(subject.handle, subject.module);
  }

  void Lower(uint32_t number, uint32_t low) {
    if (low < members_[number].low) members_[number].low = low;
  }

  // All of a circle has been seen: it is what is open from its first module on.
  bool Close(uint32_t first) {
    size_t from = open_.size();
    bool awaits = false;
    do {
      awaits |= members_[open_[--from]].awaits;
    } while (open_[from] != first);
    bool alone = from + 1 == open_.size();
    for (size_t i = from; i < open_.size(); i++) {
      members_[open_[i]].open = false;
      if (alone || !awaits) continue;
      Subject subject(root_.state, root_.isolate);
      if (!subject.Adopt(members_[open_[i]].handle) || !MakeAwait(&subject)) return false;
    }
    open_.resize(from);
    return true;
  }

  const Subject& root_;
  Local<Context> context_;
  Local<v8::Map> numbers_;
  std::vector<Member> members_;
  std::vector<uint32_t> path_;
  std::vector<uint32_t> open_;
};

}  // namespace

Local<Context> OwnContext(const Subject& subject) {
  Local<Value> origin_of = Field(subject.handle, kOrigin);
  Local<Value> object;
  Local<Context> context;
  if (origin_of->IsArray() && origin_of.As<Array>()->Get(subject.context, 3).ToLocal(&object) &&
      ContextOf(subject.state, object).ToLocal(&context)) {
    return context;
  }
  return subject.state->context.Get(subject.isolate);
}

bool MakeCirclesAwait(const Subject& root) {
  Circles circles(root);
  return circles.Run();
}

}  // namespace vivarium::module_wrap
