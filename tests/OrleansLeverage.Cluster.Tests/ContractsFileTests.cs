using System.Reflection;
using OrleansLeverage.Cluster.Tests.Processes;
using OrleansLeverage.Contracts;
using OrleansLeverage.Grains.Rows;
using Xunit;

namespace OrleansLeverage.Cluster.Tests;

/// <summary>
/// What silos and clients of different versions agree on: aliases, ids and types. A change of it shows in
/// <c>OrleansContracts.txt</c>, where lines are added and never changed.
/// </summary>
public sealed class ContractsFileTests
{
    [Fact]
    public void Contracts_are_what_is_committed()
    {
        var file = Path.Combine(Servers.Root, "src", "OrleansLeverage.Contracts", "OrleansContracts.txt");
        var actual = string.Join('\n', Lines()) + "\n";

        Assert.True(File.Exists(file) && File.ReadAllText(file) == actual,
            $"the contracts are not those of OrleansContracts.txt; they are\n{actual}");
    }

    [Fact]
    public void Every_message_and_interface_has_an_alias_and_no_alias_comes_twice()
    {
        var types = Types().ToArray();
        Assert.All(types, t => Assert.True(Alias(t) is not null, $"{t} has no alias"));
        Assert.Empty(types.GroupBy(Alias).Where(g => g.Count() > 1).Select(g => g.Key));
        Assert.All(types.Where(t => t.IsInterface).SelectMany(t => t.GetMethods()),
            m => Assert.True(m.GetCustomAttribute<AliasAttribute>() is not null, $"{m} has no alias"));
    }

    private static IEnumerable<string> Lines() => Types().OrderBy(t => Alias(t), StringComparer.Ordinal).SelectMany(t =>
        t.IsInterface
            ? t.GetMethods().Select(m => $"{Alias(t)}.{m.GetCustomAttribute<AliasAttribute>()?.Alias}"
                + $"({string.Join(", ", m.GetParameters().Select(p => Name(p.ParameterType)))}) {Name(m.ReturnType)}")
                .Order(StringComparer.Ordinal)
            : t.GetProperties().Where(p => p.GetCustomAttribute<IdAttribute>() is not null)
                .OrderBy(p => p.GetCustomAttribute<IdAttribute>()!.Id)
                .Select(p => $"{Alias(t)} {p.GetCustomAttribute<IdAttribute>()!.Id} {Name(p.PropertyType)}")
                .DefaultIfEmpty($"{Alias(t)}"));

    private static IEnumerable<Type> Types() => new[] { typeof(IAccountGrain).Assembly, typeof(SiloGrid).Assembly }
        .SelectMany(a => a.GetTypes()).Where(t => !t.FullName!.StartsWith("OrleansCodeGen", StringComparison.Ordinal)
            && (t.GetCustomAttribute<GenerateSerializerAttribute>() is not null
                || t.IsInterface && t.IsAssignableTo(typeof(Orleans.Runtime.IAddressable)))
            && t.Namespace!.StartsWith("OrleansLeverage", StringComparison.Ordinal));

    private static string? Alias(Type type) => type.GetCustomAttribute<AliasAttribute>()?.Alias;

    private static string Name(Type type) => type.IsArray ? Name(type.GetElementType()!) + "[]"
        : type.IsGenericType
            ? $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>"
        : Alias(type) ?? type.Name;
}
