/// The system calls that published directories need: one method for each operation that can fail.
///
/// Everything is relative to the descriptor of an open directory, and no name is followed where it is a symbolic link
/// unless that is said. Descriptors are closed when a program is executed.
///
/// - Assumptions: a name has no slash in it; a failing method has not done anything, but `close`, which always closes.
public protocol FileSystem: Sendable {
  /// Opens a directory by its path; its last part is no symbolic link unless `followingLinks`.
  func openDirectory(_ path: String, followingLinks: Bool) throws(SystemCallError) -> Int32
  /// Opens a directory in another one.
  func openDirectory(_ name: String, in directory: Int32) throws(SystemCallError) -> Int32
  /// Makes a directory by its path.
  func makeDirectory(_ path: String, mode: UInt32) throws(SystemCallError)
  func makeDirectory(_ name: String, in directory: Int32, mode: UInt32) throws(SystemCallError)
  /// Makes a new file and opens it for writing.
  func createFile(_ name: String, in directory: Int32, mode: UInt32) throws(SystemCallError)
    -> Int32
  /// Opens a file for reading; does not wait for the other end of a pipe.
  func openFile(_ name: String, in directory: Int32) throws(SystemCallError) -> Int32
  /// Opens a file for reading and writing, and makes it if it is missing.
  func openLock(_ name: String, in directory: Int32, mode: UInt32) throws(SystemCallError) -> Int32

  /// At most `count` bytes; none at the end.
  func read(_ file: Int32, count: Int) throws(SystemCallError) -> [UInt8]
  /// - Returns: how many of the bytes were written.
  func write(_ bytes: ArraySlice<UInt8>, to file: Int32) throws(SystemCallError) -> Int
  func truncate(_ file: Int32) throws(SystemCallError)
  /// Makes a file's content, or a directory's names, last.
  func sync(_ descriptor: Int32) throws(SystemCallError)
  func close(_ descriptor: Int32) throws(SystemCallError)
  /// Locks until it is unlocked, or this and all copies of the descriptor are closed; does not wait.
  func lock(_ descriptor: Int32) throws(SystemCallError)
  func unlock(_ descriptor: Int32) throws(SystemCallError)

  func setMode(_ descriptor: Int32, _ mode: UInt32) throws(SystemCallError)
  func setGroup(_ descriptor: Int32, _ group: UInt32) throws(SystemCallError)
  func status(_ descriptor: Int32) throws(SystemCallError) -> FileStatus

  func makeLink(_ name: String, to target: String, in directory: Int32) throws(SystemCallError)
  func readLink(_ name: String, in directory: Int32) throws(SystemCallError) -> String
  /// Takes the place of what bears the new name.
  func rename(_ name: String, to other: String, in directory: Int32) throws(SystemCallError)
  func removeFile(_ name: String, in directory: Int32) throws(SystemCallError)
  func removeDirectory(_ name: String, in directory: Int32) throws(SystemCallError)
  /// All names in a directory but `.` and `..`, in no order.
  func names(in directory: Int32) throws(SystemCallError) -> [String]
}

/// A system call's errno.
public struct SystemCallError: Error, Sendable, Equatable {
  public let code: Int32

  public init(code: Int32) { self.code = code }
}

/// What is known of an open file or directory.
public struct FileStatus: Sendable, Equatable {
  public let isRegularFile: Bool
  /// The twelve bits of the mode.
  public let mode: UInt32
  public let owner: UInt32
  public let group: UInt32
  /// The same number is the same file or directory, as long as it is open.
  public let device: UInt64
  public let inode: UInt64

  public init(
    isRegularFile: Bool, mode: UInt32, owner: UInt32, group: UInt32, device: UInt64, inode: UInt64
  ) {
    self.isRegularFile = isRegularFile
    self.mode = mode
    self.owner = owner
    self.group = group
    self.device = device
    self.inode = inode
  }
}
