#pragma once

// LeaseGranted → the lease as the worker gets it: templates become text, after the commit that
// granted it. What fails here comes back to the engine as FailAttempt.

#include <map>
#include <memory>
#include <string>

#include "base/result.h"
#include "proto/wire/worker.h"
#include "server/core/scheduler/change.h"
#include "server/secrets/lookup.h"

namespace weft::dispatch {

struct RenderOptions {
  std::string api_url;                              ///< $WEFT_API_URL
  std::map<std::string, std::string> bundle_roots;  ///< bundle → absolute folder
};

/// Not thread safe: keeps the variables of the run that it saw last.
class Renderer {
 public:
  explicit Renderer(RenderOptions options) : options_(std::move(options)) {}

  /// `stored`: what the task's stored_names hold. Errors: the field, the expression and the reason,
  /// in words for the attempt's record.
  Result<wire::Lease> render(const LeaseGranted& granted, const secrets::Values& stored = {});

 private:
  const std::map<std::string, std::string>& run_environment(
      const std::shared_ptr<const RunFacts>& facts);

  RenderOptions options_;
  std::shared_ptr<const RunFacts> run_;
  std::map<std::string, std::string> run_environment_;
};

}  // namespace weft::dispatch
