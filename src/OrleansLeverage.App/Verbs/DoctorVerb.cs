using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using OrleansLeverage.App.Output;
using OrleansLeverage.Domain;

namespace OrleansLeverage.App.Verbs;

/// <summary><c>leverage doctor</c>: what this machine lacks, and how to put it right.</summary>
internal static class DoctorVerb
{
    private const long FreeBytesMin = 1L << 30;

    private static readonly Option<string> Data = new("--data")
    {
        Description = "Folder whose disk is looked at",
        HelpName = "DIR",
        DefaultValueFactory = _ => ".",
    };

    private static readonly Option<int> Port = PortOption.Make("looked at");

    public static Command Command() =>
        new Command("doctor", "Checks this machine and says how to put right what it lacks") { Data, Port }
            .Does((parsed, terminal, _) => Task.FromResult(Run(parsed, terminal)));

    private static int Run(ParseResult parsed, Terminal terminal)
    {
        Finding[] findings =
        [
            new("runtime", RuntimeInformation.FrameworkDescription, Environment.Version.Major >= 10,
                "install the .NET 10 runtime"),
            new("processors", $"{Environment.ProcessorCount}, {Vectors()}", true, ""),
            OfPort(parsed.GetValue(Port)),
            OfDisk(parsed.GetRequiredValue(Data)),
            OfFolder(parsed.GetRequiredValue(Data)),
            OfClock(TimeProvider.System.GetUtcNow()),
        ];
        if (terminal.IsJson)
        {
            terminal.WriteJson(findings);
        }
        else
        {
            foreach (var finding in findings)
            {
                terminal.Output.WriteLine($"{(finding.Good ? "ok  " : "FAIL")}  {finding.What}: {finding.Found}"
                    + (finding.Good ? "" : $"; {finding.Remedy}"));
            }
        }
        return findings.All(f => f.Good) ? ExitCode.Ok : ExitCode.Failed;
    }

    private static string Vectors() => Vector512.IsHardwareAccelerated ? "512-bit vectors"
        : Vector256.IsHardwareAccelerated ? "256-bit vectors" : "no wide vectors";

    private static Finding OfPort(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return new Finding("port", $"{port} is free", true, "");
        }
        catch (SocketException)
        {
            return new Finding("port", $"{port} is taken", false, "serve with another --port; demo moves on by itself");
        }
    }

    private static Finding OfDisk(string folder)
    {
        var path = Path.GetFullPath(folder);
        while (!Directory.Exists(path))
        {
            path = Path.GetDirectoryName(path)!;
        }
        var free = new DriveInfo(path).AvailableFreeSpace;
        return new Finding("disk", $"{free >> 20} MiB free", free >= FreeBytesMin, $"free {FreeBytesMin >> 20} MiB");
    }

    private static Finding OfFolder(string folder)
    {
        try
        {
            var probe = Path.Combine(folder, $".leverage-doctor-{Environment.ProcessId}");
            using (File.Create(probe, 1, FileOptions.DeleteOnClose))
            {
                return new Finding("folder", $"{Path.GetFullPath(folder)} can be written", true, "");
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new Finding("folder", exception.Message, false, "name a folder that this user may write in");
        }
    }

    /// <summary>A clock that is behind the newest shipped rules, or before this release, is wrong.</summary>
    private static Finding OfClock(DateTimeOffset now)
    {
        var least = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var newest = StandardRules.Rules.Newest.Rules.EffectiveFrom;
        return new Finding("clock", $"{now:u}", now >= least && now >= newest,
            "set the clock: ages of prices depend on it");
    }

    private sealed record Finding(string What, string Found, bool Good, string Remedy);
}
