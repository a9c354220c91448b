#ifndef VIVARIUM_PROCESS_WAIT_H_
#define VIVARIUM_PROCESS_WAIT_H_

#include <node_api.h>

namespace vivarium::process_wait {

void Register(napi_env env, napi_value exports);

}  // namespace vivarium::process_wait

#endif
