#ifndef VIVARIUM_CPU_CLOCKS_H_
#define VIVARIUM_CPU_CLOCKS_H_

#include <node_api.h>

namespace vivarium::cpu_clocks {

void Register(napi_env env, napi_value exports);

}  // namespace vivarium::cpu_clocks

#endif
