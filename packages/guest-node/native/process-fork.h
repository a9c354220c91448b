#ifndef VIVARIUM_PROCESS_FORK_H_
#define VIVARIUM_PROCESS_FORK_H_

#include <node_api.h>

namespace vivarium::process_fork {

void Register(napi_env env, napi_value target);

}  // namespace vivarium::process_fork

#endif
