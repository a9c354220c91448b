#ifndef VIVARIUM_TIME_WATCH_H_
#define VIVARIUM_TIME_WATCH_H_

#include "helper.h"

// What may stop one script of a guest and let the rest of the guest go on: a time of its own, or SIGINT. Both use V8's
// termination, which is how a host ends a guest, too: thread_guests knows whether that is meant, and then nothing is taken back.
namespace vivarium::time_watch {

// Watches one script for as long as it is there, on the guest's own thread. Watches of one guest stand within each other.
class Watch {
 public:
  // No time is a negative number of milliseconds.
  Watch(State* state, double milliseconds, bool heeds_sigint);
  ~Watch();
  Watch(const Watch&) = delete;
  void operator=(const Watch&) = delete;

  // False where nothing can tell the time: a script that has a limit is not to run then.
  bool is_on() const { return is_on_; }

  enum class Verdict { kNone, kTimedOut, kInterrupted };
  // Ends the watch. Says what it has stopped the script for: none where the guest itself has ended, or a script around this one.
  Verdict End();

 private:
  friend struct Watcher;
  friend bool InterruptScript(State* state);
  friend bool HoldAll(State* state);

  void StopScript();

  State* const state_;
  Watch* const outer_;
  const bool heeds_sigint_;
  bool is_on_ = false;
  bool is_listed_ = false;
  bool has_expired_ = false;
  bool is_interrupted_ = false;
  int64_t until_ = 0;
  Watch* next_ = nullptr;
  Watch** previous_ = nullptr;
};

// SIGINT: stops the innermost script that heeds it; answers whether there is one.
bool InterruptScript(State* state);

// The guest is about to end itself: no watch stops it any more. False when one has done so already.
bool HoldAll(State* state);

}  // namespace vivarium::time_watch

#endif
