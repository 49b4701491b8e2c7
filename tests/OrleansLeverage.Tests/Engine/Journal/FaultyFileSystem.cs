using System.Runtime.InteropServices;
using SQLitePCL;
using Xunit;

namespace OrleansLeverage.Tests.Engine.Journal;

/// <summary>One call of SQLite to the file system.</summary>
public enum FileCall
{
    Write,
    Truncate,
    Sync,
}

/// <summary>
/// A SQLite file system that passes every call on to the ordinary one and shows each write, truncation and sync to a
/// test first and afterwards, which can count it, copy the directory at that point, or make it fail. The
/// structures are those of sqlite3.h: sqlite3_vfs version 3 and sqlite3_io_methods version 3.
/// </summary>
internal sealed class FaultyFileSystem
{
    private const int NameOffset = 24; // iVersion 4, szOsFile 4, mxPathname 4 + 4, pNext 8
    private const int OpenOffset = 40; // zName 8, pAppData 8
    private const int WriteOffset = 24; // iVersion 4 + 4, xClose 8, xRead 8
    private const int TruncateOffset = 32;
    private const int SyncOffset = 40;
    private const int VfsBytes = 168;
    private const int MethodsBytes = 152;
    private static int _registered;

    // kept alive for as long as SQLite may call them: the life of the process
    private static readonly List<object> Roots = [];
    private readonly OpenCall _openBelow;
    private readonly Dictionary<IntPtr, IntPtr> _methods = [];

    private readonly Dictionary<IntPtr, string> _names = [];

    public FaultyFileSystem()
    {
        Batteries_V2.Init();
        Name = $"faulty{Interlocked.Increment(ref _registered)}";
        var ordinary = Find(IntPtr.Zero);
        Assert.True(Marshal.ReadInt32(ordinary) <= 3, "an unknown version of sqlite3_vfs");
        var vfs = Copy(ordinary, VfsBytes);
        Marshal.WriteIntPtr(vfs, NameOffset, Marshal.StringToCoTaskMemUTF8(Name));
        _openBelow = Marshal.GetDelegateForFunctionPointer<OpenCall>(Marshal.ReadIntPtr(vfs, OpenOffset));
        Marshal.WriteIntPtr(vfs, OpenOffset, Root<OpenCall>(Open));
        Assert.Equal(raw.SQLITE_OK, Register(vfs, 0));
    }

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int OpenCall(IntPtr vfs, IntPtr name, IntPtr file, int flags, IntPtr outFlags);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int WriteCall(IntPtr file, IntPtr data, int bytes, long offset);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int TruncateCall(IntPtr file, long size);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int SyncCall(IntPtr file, int flags);

    public string Name { get; }

    /// <summary>Called before each call; any result but 0 is returned to SQLite instead of making the call.</summary>
    public Func<FileCall, string, int> Before { get; set; } = (_, _) => 0;

    /// <summary>Called after each call that succeeded; any result but 0 is returned to SQLite all the same.</summary>
    public Func<FileCall, string, int> After { get; set; } = (_, _) => 0;

    private int Open(IntPtr vfs, IntPtr name, IntPtr file, int flags, IntPtr outFlags)
    {
        var code = _openBelow(vfs, name, file, flags, outFlags);
        var methods = Marshal.ReadIntPtr(file);
        if (code != raw.SQLITE_OK || methods == IntPtr.Zero || name == IntPtr.Zero)
        {
            return code;
        }
        _names[file] = Path.GetFileName(Marshal.PtrToStringUTF8(name)!);
        if (!_methods.TryGetValue(methods, out var wrapped))
        {
            var copy = Copy(methods, MethodsBytes);
            var write = Marshal.GetDelegateForFunctionPointer<WriteCall>(Marshal.ReadIntPtr(methods, WriteOffset));
            var truncate = Marshal.GetDelegateForFunctionPointer<TruncateCall>(
                Marshal.ReadIntPtr(methods, TruncateOffset));
            var sync = Marshal.GetDelegateForFunctionPointer<SyncCall>(Marshal.ReadIntPtr(methods, SyncOffset));
            Marshal.WriteIntPtr(copy, WriteOffset, Root<WriteCall>(
                (f, data, bytes, offset) => Around(FileCall.Write, f, () => write(f, data, bytes, offset))));
            Marshal.WriteIntPtr(copy, TruncateOffset, Root<TruncateCall>(
                (f, size) => Around(FileCall.Truncate, f, () => truncate(f, size))));
            Marshal.WriteIntPtr(copy, SyncOffset, Root<SyncCall>(
                (f, flag) => Around(FileCall.Sync, f, () => sync(f, flag))));
            _methods[methods] = wrapped = copy;
        }
        Marshal.WriteIntPtr(file, wrapped);
        return code;
    }

    private int Around(FileCall call, IntPtr file, Func<int> below)
    {
        var code = Before(call, _names[file]);
        if (code == 0)
        {
            code = below();
        }
        return code == 0 ? After(call, _names[file]) : code;
    }

    private static IntPtr Root<T>(T callback)
        where T : Delegate
    {
        Roots.Add(callback);
        return Marshal.GetFunctionPointerForDelegate(callback);
    }

    private static IntPtr Copy(IntPtr from, int bytes)
    {
        var buffer = new byte[bytes];
        Marshal.Copy(from, buffer, 0, bytes);
        var to = Marshal.AllocHGlobal(bytes);
        Marshal.Copy(buffer, 0, to, bytes);
        return to;
    }

    private static IntPtr Find(IntPtr name) => sqlite3_vfs_find(name);

    private static int Register(IntPtr vfs, int makeDefault) => sqlite3_vfs_register(vfs, makeDefault);

    [DllImport("e_sqlite3")]
    private static extern IntPtr sqlite3_vfs_find(IntPtr name);

    [DllImport("e_sqlite3")]
    private static extern int sqlite3_vfs_register(IntPtr vfs, int makeDefault);
}
