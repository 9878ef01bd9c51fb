#pragma once

#include "server/daemon/settings.h"

namespace weft::daemon {

/// `weft server`: until SIGTERM or SIGINT; SIGHUP looks for changed DAG files and reads the
/// certificate again. Prints `listening on URL` to stdout once requests are answered. Returns the
/// exit code: 0, or 1 after a message on stderr. REQUIRES: the only thread.
int run_server(const Settings& settings);

struct DevSettings {
  Settings server;
  int slots = 8;
  bool examples = true;  ///< put them into the data folder's dags/ when that is new
};

/// `weft dev`: the server here, a worker as a child that is started again when it ends.
int run_dev(DevSettings settings);

}  // namespace weft::daemon
