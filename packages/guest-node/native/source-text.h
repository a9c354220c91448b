// What compiling needs, shared by functions, scripts and modules.
#pragma once

#include "code-cache-seal.h"
#include "helper.h"

namespace vivarium {

// (code, filename, lineOffset, columnOffset, …): the place of a source text, read from arguments.
struct SourcePlace {
  Local<String> code;
  Local<String> filename;
  int line_offset;
  int column_offset;
  bool Read(const Info& args, int first);
};

// Cached data that this guest's helper made for this very subject. Null when the value is undefined or was not
// made here (see code-cache-seal.h); `ok` is false, with an exception pending, for what is no view at all.
ScriptCompiler::CachedData* CachedDataArgument(State* state, Local<Value> value, const CacheSubject& subject,
                                               bool* ok);

// A Uint8Array with sealed code cache, or undefined.
Local<Value> CachedDataResult(State* state, const CacheSubject& subject, ScriptCompiler::CachedData* data);

// What to report about cached data that was given: undefined when none was.
Local<Value> CachedDataRejected(Isolate* isolate, Local<Value> given, const ScriptCompiler::Source& source);

// The key under which Node's JavaScript finds the host-defined option of a referrer.
Local<Private> HostOptionSymbol(Isolate* isolate);

// The context of a contextified object; empty for what is none.
MaybeLocal<Context> ContextOf(State* state, Local<Value> contextified);

// Makes a context known to State::Of(context).
void AdoptContext(State* state, Local<Context> context);

// Sets a property of a fresh result object.
bool Put(Local<Context> context, Local<Object> object, const char* name, Local<Value> value);

}  // namespace vivarium
