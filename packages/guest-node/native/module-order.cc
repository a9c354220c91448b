// Evaluating graphs with a top-level await in them, from the leaves up.
//
// V8 runs a module that awaits nothing itself, but depends on one that does, as soon as that one is done, and ends
// the process when execution is terminated right then: by process.exit() or a deadline. Here such a module is
// evaluated by a call of its own when nothing beneath it waits any more, and nothing of V8's depends on how it ends.
// Modules that import one another in a circle are one unit, which V8 evaluates when nothing outside of it waits.
#include "module-handle.h"

#include <vector>

namespace vivarium::module_wrap {

namespace {

// A module on the way down, with the numbers of Tarjan's search for circles.
struct Visit {
  Local<Object> handle;
  Local<Module> module;
  Local<Array> linked;
  uint32_t next = 0;
  uint32_t index = 0;
  uint32_t low = 0;
};

// Own data of a reaction: [handle, resolver, how many are waited for].
enum Waiting : uint32_t { kHandle, kResolver, kRemaining };

void Ignore(const Info& args) {}

// A field of an own property's descriptor; undefined for what is not there.
Local<Value> Described(Local<Context> context, Local<Value> object, Local<Name> key, const char* field) {
  Isolate* isolate = context->GetIsolate();
  Local<Value> descriptor;
  Local<Value> value;
  if (!object->IsObject() || object->IsProxy() ||
      !object.As<Object>()->GetOwnPropertyDescriptor(context, key).ToLocal(&descriptor) || !descriptor->IsObject() ||
      !descriptor.As<Object>()->HasOwnProperty(context, Text(isolate, field)).FromMaybe(false) ||
      !descriptor.As<Object>()->Get(context, Text(isolate, field)).ToLocal(&value)) {
    return Undefined(isolate);
  }
  return value;
}

struct PromiseIntrinsics {
  Local<Value> constructor;
  Local<Value> species;

  PromiseIntrinsics(Local<Context> context, Local<Name> species_symbol) {
    Isolate* isolate = context->GetIsolate();
    constructor = species = Undefined(isolate);
    Local<Promise::Resolver> resolver;
    if (!Promise::Resolver::New(context).ToLocal(&resolver)) return;
    Local<Value> prototype = resolver->GetPromise()->GetPrototypeV2();
    constructor = Described(context, prototype, Text(isolate, "constructor"), "value");
    species = Described(context, constructor, species_symbol, "get");
  }
};

// V8 starts a module that awaits with Promise.prototype.then, which asks the promise for its constructor, and ends the
// process when that throws: for a getter of the guest's, or for want of stack.
bool MayAwait(State* state, Local<Context> context) {
  Isolate* isolate = state->isolate;
  PromiseIntrinsics now(context, state->species_symbol.Get(isolate));
  if (now.constructor != state->promise_constructor.Get(isolate) || now.species != state->promise_species.Get(isolate)) {
    ThrowCoded(isolate, 'E', "ERR_OPERATION_FAILED",
               "A module cannot await at its top level while Promise.prototype.constructor or Promise[Symbol.species] is "
               "replaced");
    return false;
  }
  // Arguments take stack as frames do.
  constexpr int kRoom = 4096;
  Local<Value> room[kRoom];
  for (Local<Value>& argument : room) argument = Undefined(isolate);
  Local<Function> ignore;
  return Function::New(context, Ignore, {}, 0, ConstructorBehavior::kThrow).ToLocal(&ignore) &&
         !ignore->Call(context, Undefined(isolate), kRoom, room).IsEmpty();
}

// Calls `settled` when a promise has settled, whatever the guest has made of Promise.prototype.
bool React(Local<Context> context, Local<Promise> promise, Local<Function> fulfilled, Local<Function> rejected) {
  Isolate* isolate = context->GetIsolate();
  return promise->CreateDataProperty(context, Text(isolate, "constructor"), Undefined(isolate)).IsJust() &&
         !promise->Then(context, fulfilled, rejected).IsEmpty();
}

// What a dependency failed with is told by whatever depends on it.
bool Quiet(Local<Context> context, Local<Promise> promise) {
  if (promise->State() != Promise::kRejected || promise->HasHandler()) return true;
  Local<Function> ignore;
  return Function::New(context, Ignore, {}, 0, ConstructorBehavior::kThrow).ToLocal(&ignore) &&
         React(context, promise, ignore, ignore);
}

void Fulfil(const Info& args) {
  Local<Context> context = args.GetIsolate()->GetCurrentContext();
  (void)args.Data().As<Promise::Resolver>()->Resolve(context, Undefined(args.GetIsolate())).IsNothing();
}

void Reject(const Info& args) {
  (void)args.Data().As<Promise::Resolver>()->Reject(args.GetIsolate()->GetCurrentContext(), args[0]).IsNothing();
}

// Settles the resolver as the promise settles.
void Follow(Local<Context> context, Local<Promise::Resolver> resolver, Local<Promise> promise) {
  Local<Function> fulfil;
  Local<Function> reject;
  if (Function::New(context, Fulfil, resolver, 0, ConstructorBehavior::kThrow).ToLocal(&fulfil) &&
      Function::New(context, Reject, resolver, 1, ConstructorBehavior::kThrow).ToLocal(&reject)) {
    (void)React(context, promise, fulfil, reject);
  }
}

// One of those that a module waited for has settled.
void Settled(const Info& args) {
  Isolate* isolate = args.GetIsolate();
  Local<Context> context = isolate->GetCurrentContext();
  Local<Array> waiting = args.Data().As<Array>();
  Local<Value> handle;
  Local<Value> resolver;
  Local<Value> remaining;
  if (!waiting->Get(context, kHandle).ToLocal(&handle) || !waiting->Get(context, kResolver).ToLocal(&resolver) ||
      !waiting->Get(context, kRemaining).ToLocal(&remaining)) {
    return;
  }
  uint32_t left = remaining.As<Uint32>()->Value() - 1;
  if (waiting->CreateDataProperty(context, kRemaining, Integer::NewFromUnsigned(isolate, left)).IsNothing() || left > 0) {
    return;
  }
  Subject subject(State::Of(context), isolate);
  if (!subject.Adopt(handle)) return;
  Local<Promise> promise;
  TryCatch caught(isolate);
  if (MayEvaluate(&subject) && MayAwait(subject.state, context) && StartModule(&subject).ToLocal(&promise)) {
    // Whoever asks again gets the promise that was handed out before.
    subject.handle->SetInternalField(kPromise, resolver.As<Promise::Resolver>()->GetPromise());
    return Follow(context, resolver.As<Promise::Resolver>(), promise);
  }
  if (caught.HasTerminated() || !caught.HasCaught()) {
    caught.ReThrow();
    return;
  }
  (void)resolver.As<Promise::Resolver>()->Reject(context, caught.Exception()).IsNothing();
}

// The search: depth first, in the order of the requests, as V8 evaluates.
class Order {
 public:
  explicit Order(const Subject& root) : root_(root), context_(root.context), waits_(Array::New(root.isolate)) {}

  bool Run() {
    Local<v8::Map> numbers = v8::Map::New(root_.isolate);
    if (!Enter(numbers, root_.handle, root_.module)) return false;
    while (!path_.empty()) {
      Visit& visit = visits_[path_.back()];
      if (!failed_ && !visit.linked.IsEmpty() && visit.next < visit.linked->Length()) {
        Local<Value> dependency;
        if (!visit.linked->Get(context_, visit.next++).ToLocal(&dependency) || !Look(numbers, dependency)) return false;
      } else if (!Leave()) {
        return false;
      }
    }
    return true;
  }

 private:
  bool Enter(Local<v8::Map> numbers, Local<Object> handle, Local<Module> module) {
    auto number = static_cast<uint32_t>(visits_.size());
    if (numbers->Set(context_, handle, Integer::NewFromUnsigned(root_.isolate, number)).IsEmpty()) return false;
    Visit visit;
    visit.handle = handle;
    visit.module = module;
    if (Field(handle, kLinked)->IsArray()) visit.linked = Field(handle, kLinked).As<Array>();
    visit.index = visit.low = number;
    visits_.push_back(visit);
    path_.push_back(number);
    open_.push_back(number);
    first_wait_.push_back(waits_->Length());
    return true;
  }

  bool Look(Local<v8::Map> numbers, Local<Value> dependency) {
    Local<Value> number;
    if (!numbers->Get(context_, dependency).ToLocal(&number)) return false;
    uint32_t parent = path_.back();
    if (number->IsUint32()) {
      // Only what is still open has no promise yet, and lies on a circle with this one.
      uint32_t other = number.As<Uint32>()->Value();
      if (!Field(visits_[other].handle, kPromise)->IsPromise()) {
        if (visits_[other].index < visits_[parent].low) visits_[parent].low = visits_[other].index;
        return true;
      }
    }
    Subject subject(root_.state, root_.isolate);
    if (!subject.Adopt(dependency)) return true;
    Local<Value> known = Field(subject.handle, kPromise);
    if (known->IsPromise()) return Await(known.As<Promise>());
    Module::Status status = subject.module->GetStatus();
    if (status < Module::kInstantiated || status == Module::kEvaluating) return true;
    if (status == Module::kInstantiated && subject.module->IsSourceTextModule()) {
      return Enter(numbers, subject.handle, subject.module);
    }
    Local<Promise> promise;
    return StartModule(&subject).ToLocal(&promise) && Await(promise);
  }

  // Everything beneath has been seen. The first module of a circle speaks for all of it.
  bool Leave() {
    uint32_t number = path_.back();
    path_.pop_back();
    Visit visit = visits_[number];
    if (visit.low != visit.index) {
      Visit& parent = visits_[path_.back()];
      if (visit.low < parent.low) parent.low = visit.low;
      first_wait_.pop_back();
      return true;
    }
    uint32_t from = first_wait_.back();
    first_wait_.pop_back();
    Local<Promise> promise;
    bool later = !failed_ && waits_->Length() > from;
    if (!(later ? Later(visit.handle, from) : Now(visit)).ToLocal(&promise)) return false;
    while (true) {
      uint32_t member = open_.back();
      open_.pop_back();
      visits_[member].handle->SetInternalField(kPromise, promise);
      if (member == number) break;
    }
    return path_.empty() || Await(promise);
  }

  MaybeLocal<Promise> Now(const Visit& visit) {
    Subject subject(root_.state, root_.isolate);
    if (!subject.Adopt(visit.handle) || !MayAwait(root_.state, context_)) return {};
    return StartModule(&subject);
  }

  // Evaluates a module when those that it waits for have settled: the waits from `from` on.
  MaybeLocal<Promise> Later(Local<Object> handle, uint32_t from) {
    Isolate* isolate = root_.isolate;
    uint32_t count = waits_->Length() - from;
    Local<Promise::Resolver> resolver;
    Local<Function> settled;
    if (!Promise::Resolver::New(context_).ToLocal(&resolver)) return {};
    Local<Value> own[] = {handle, resolver, Integer::NewFromUnsigned(isolate, count)};
    Local<Array> waiting = Array::New(isolate, own, 3);
    if (!Function::New(context_, Settled, waiting, 0, ConstructorBehavior::kThrow).ToLocal(&settled)) return {};
    for (uint32_t i = 0; i < count; i++) {
      Local<Value> promise;
      if (!waits_->Get(context_, from + i).ToLocal(&promise) ||
          !React(context_, promise.As<Promise>(), settled, settled)) {
        return {};
      }
    }
    if (waits_->Set(context_, Text(isolate, "length"), Integer::NewFromUnsigned(isolate, from)).IsNothing()) return {};
    return resolver->GetPromise();
  }

  bool Await(Local<Promise> promise) {
    if (promise->State() == Promise::kRejected) {
      failed_ = true;
      return Quiet(context_, promise);
    }
    if (promise->State() == Promise::kFulfilled) return true;
    // Its failure is told by what waits for it, or by what failed before it.
    promise->MarkAsHandled();
    return waits_->CreateDataProperty(context_, waits_->Length(), promise).IsJust();
  }

  const Subject& root_;
  Local<Context> context_;
  std::vector<Visit> visits_;
  std::vector<uint32_t> path_;
  // Modules whose circle is not complete yet.
  std::vector<uint32_t> open_;
  // Pending promises of all that is open, and where those of each module on the path begin.
  Local<Array> waits_;
  std::vector<uint32_t> first_wait_;
  // Something on the path has failed: nothing further is evaluated, and all that depends on it fails at once.
  bool failed_ = false;
};

}  // namespace

void KeepPromiseIntrinsics(State* state) {
  Isolate* isolate = state->isolate;
  Local<Context> context = state->context.Get(isolate);
  Local<Value> symbol = Described(context, context->Global(), Text(isolate, "Symbol"), "value");
  Local<Value> species = Described(context, symbol, Text(isolate, "species"), "value");
  Local<Name> key = species->IsSymbol() ? species.As<Name>() : Text(isolate, "species").As<Name>();
  state->species_symbol.Reset(isolate, key);
  PromiseIntrinsics now(context, key);
  state->promise_constructor.Reset(isolate, now.constructor);
  state->promise_species.Reset(isolate, now.species);
}

MaybeLocal<Promise> EvaluateInOrder(const Subject& root) {
  Order order(root);
  if (!order.Run()) return {};
  return Field(root.handle, kPromise).As<Promise>();
}

}  // namespace vivarium::module_wrap
