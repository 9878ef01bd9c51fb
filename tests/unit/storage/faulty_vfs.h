#pragma once

// SQLite's file system with faults, so that a full disk, a broken one and a power cut are met by
// the code that will meet them.

namespace weft::test {

/// While one lives, databases that are opened go through it. Faults start and end at any time.
class FaultyVfs {
 public:
  FaultyVfs();
  ~FaultyVfs();
  FaultyVfs(const FaultyVfs&) = delete;

  void disk_full(bool full);
  /// Writes fail with an I/O error.
  void broken(bool broken);
  void syncs_fail(bool fail);
  /// How many fsyncs there were.
  int syncs() const;
};

}  // namespace weft::test
