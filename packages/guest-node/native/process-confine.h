#ifndef VIVARIUM_PROCESS_CONFINE_H_
#define VIVARIUM_PROCESS_CONFINE_H_

#include <node_api.h>

namespace vivarium::process_confine {

void Register(napi_env env, napi_value target);

}  // namespace vivarium::process_confine

#endif
