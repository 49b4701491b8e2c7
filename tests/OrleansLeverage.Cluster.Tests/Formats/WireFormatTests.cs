using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using Orleans.Serialization;
using OrleansLeverage.Cluster.Tests.Processes;
using OrleansLeverage.Contracts;
using OrleansLeverage.Grains.Rows;
using Xunit;

namespace OrleansLeverage.Cluster.Tests.Formats;

/// <summary>
/// Every message as an earlier program wrote it, in <c>Formats/Wire/messages.txt</c>, one a line: alias, ids of its
/// members, bytes. It is read as what it was, and today's bytes are the same for as long as no member has been added:
/// silos and clients of two versions talk during an upgrade. <c>LEVERAGE_WRITE_WIRE=1</c> adds lines for messages that
/// are new; a line that is there is never written again.
/// </summary>
public sealed class WireFormatTests
{
    private static readonly Serializer Serializer = new ServiceCollection().AddSerializer(s => s
        .AddAssembly(typeof(IAccountGrain).Assembly).AddAssembly(typeof(SiloGrid).Assembly)).BuildServiceProvider()
        .GetRequiredService<Serializer>();

    private static string FileName => Path.Combine(Servers.Root, "tests", "OrleansLeverage.Cluster.Tests", "Formats",
        "Wire", "messages.txt");

    [Fact]
    public void Every_message_of_before_is_read_and_written_as_it_was()
    {
        var known = Known();
        var types = Types().ToDictionary(t => Alias(t)!);
        if (Environment.GetEnvironmentVariable("LEVERAGE_WRITE_WIRE") == "1")
        {
            File.AppendAllLines(FileName, types.Where(t => !known.ContainsKey(t.Key))
                .OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => $"{t.Key} {string.Join(',',
                    Members(t.Value).Select(m => m.Id))} {Convert.ToBase64String(Bytes(Filled(t.Value)!))}"));
            return;
        }
        Assert.Equal(types.Keys.Order(StringComparer.Ordinal), known.Keys.Order(StringComparer.Ordinal));
        foreach (var (alias, (_, bytes)) in known)
        {
            var (read, filled) = (Read(types[alias], bytes), Filled(types[alias])!);
            Assert.Equal($"{alias}: {Text(filled, known)}", $"{alias}: {Text(read, known)}");
            if (!Reached(types[alias]).Any(t => Members(t).Any(m => !known[Alias(t)!].Ids.Contains(m.Id))))
            {
                Assert.Equal($"{alias}: {Convert.ToHexString(bytes)}",
                    $"{alias}: {Convert.ToHexString(Bytes(filled))}");
            }
        }
    }

    private static Dictionary<string, (HashSet<uint> Ids, byte[] Bytes)> Known() => !File.Exists(FileName) ? []
        : File.ReadAllLines(FileName).Select(line => line.Split(' ')).ToDictionary(p => p[0], p =>
            (p[1].Split(',').Select(i => uint.Parse(i, CultureInfo.InvariantCulture)).ToHashSet(),
                Convert.FromBase64String(p[2])));

    private static IEnumerable<Type> Types() => new[] { typeof(IAccountGrain).Assembly, typeof(SiloGrid).Assembly }
        .SelectMany(a => a.GetTypes()).Where(IsMessage);

    private static bool IsMessage(Type type) => !type.IsInterface && Alias(type) is not null
        && type.GetCustomAttribute<GenerateSerializerAttribute>() is not null && Members(type).Count > 0;

    private static string? Alias(Type type) => type.GetCustomAttribute<AliasAttribute>()?.Alias;

    private static List<(uint Id, PropertyInfo Property)> Members(Type type) => [.. type.GetProperties()
        .Where(p => p.GetCustomAttribute<IdAttribute>() is not null)
        .Select(p => (p.GetCustomAttribute<IdAttribute>()!.Id, p)).OrderBy(m => m.Item1)];

    /// <summary>The message and all that it is made of.</summary>
    private static IEnumerable<Type> Reached(Type type) => Members(type).Select(m => Inner(m.Property.PropertyType))
        .Where(IsMessage).SelectMany(Reached).Append(type).Distinct();

    private static Type Inner(Type type) => type.IsArray ? Inner(type.GetElementType()!)
        : Nullable.GetUnderlyingType(type) is { } inner ? inner : type;

    /// <summary>A message in which every member has a value of its own, given by its type and id.</summary>
    private static object? Filled(Type type, int seed = 1)
    {
        if (Nullable.GetUnderlyingType(type) is { } inner)
        {
            return Filled(inner, seed);
        }
        if (type.IsArray)
        {
            var array = Array.CreateInstance(type.GetElementType()!, 2);
            array.SetValue(Filled(type.GetElementType()!, seed), 0);
            array.SetValue(Filled(type.GetElementType()!, seed + 1), 1);
            return array;
        }
        if (IsMessage(type))
        {
            var message = RuntimeHelpers.GetUninitializedObject(type);
            foreach (var (id, property) in Members(type))
            {
                property.SetValue(message, Filled(property.PropertyType, seed + 1 + 3 * (int)id));
            }
            return message;
        }
        return type.IsEnum ? Enum.GetValues(type).GetValue(Math.Min(1, Enum.GetValues(type).Length - 1))
            : type == typeof(string) ? $"s{seed}"
            : type == typeof(bool) ? true
            : type == typeof(Guid) ? new Guid(seed, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
            : type == typeof(SiloAddress) ? SiloAddress.FromParsableString($"127.0.0.1:11111@{seed}")
            : type == typeof(decimal) ? seed + 0.25m
            : type == typeof(double) ? seed + 0.5
            : type == typeof(UInt128) ? new UInt128((ulong)seed, 7UL)
            : Convert.ChangeType(seed % 200, type, CultureInfo.InvariantCulture);
    }

    private static byte[] Bytes(object message) => Serializer.SerializeToArray<object>(message);

    private static object Read(Type type, byte[] bytes)
    {
        var read = Serializer.Deserialize<object>(bytes)!;
        Assert.IsType(type, read);
        return read;
    }

    /// <summary>Members that were there when the line was written.</summary>
    private static string Text(object? value, Dictionary<string, (HashSet<uint> Ids, byte[] Bytes)> known) =>
        value switch
    {
        null => "null",
        string text => text,
        IEnumerable list => $"[{string.Join(' ', list.Cast<object?>().Select(v => Text(v, known)))}]",
        _ when IsMessage(value.GetType()) => "{" + string.Join(' ', Members(value.GetType())
            .Where(m => known[Alias(value.GetType())!].Ids.Contains(m.Id))
            .Select(m => $"{m.Id}:{Text(m.Property.GetValue(value), known)}")) + "}",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
