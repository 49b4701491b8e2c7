namespace OrleansLeverage.Domain;

/// <summary>
/// Rules over time: at every instant the latest whose effective time is not after it. Later rules have higher versions,
/// so "which rules was this decided under" has one answer.
/// </summary>
public sealed class RuleBook
{
    private readonly RuleFile[] _files;

    /// <param name="files">In any order.</param>
    /// <exception cref="FormatException">None, two with one effective time, or versions that do not rise with
    /// it.</exception>
    public RuleBook(IEnumerable<RuleFile> files)
    {
        _files = files.OrderBy(f => f.Rules.EffectiveFrom).ThenBy(f => f.Rules.Version).ToArray();
        if (_files.Length == 0)
        {
            throw new FormatException("a rule book has at least one set of rules");
        }
        for (var i = 1; i < _files.Length; i++)
        {
            var (before, after) = (_files[i - 1].Rules, _files[i].Rules);
            if (before.EffectiveFrom == after.EffectiveFrom)
            {
                throw new RuleException(RuleFileStatus.VersionOrder,
                    $"rules {before.Name} version {before.Version} and {after.Name} version {after.Version} "
                    + $"are both effective from {after.EffectiveFrom:u}");
            }
            if (before.Version >= after.Version)
            {
                throw new RuleException(RuleFileStatus.VersionOrder,
                    $"rules {after.Name} effective from {after.EffectiveFrom:u} have version {after.Version}, "
                    + $"the ones before have {before.Version}");
            }
        }
    }

    /// <summary>In the order of their effective times.</summary>
    public IReadOnlyList<RuleFile> Files => _files;

    public RuleFile Newest => _files[^1];

    /// <summary>The rules in force at a time. Before the first there are none: an exception, never a guess.</summary>
    public RuleFile At(DateTimeOffset time)
    {
        for (var i = _files.Length - 1; i >= 0; i--)
        {
            if (_files[i].Rules.EffectiveFrom <= time)
            {
                return _files[i];
            }
        }
        throw new ArgumentOutOfRangeException(nameof(time), time,
            $"the first rules are effective from {_files[0].Rules.EffectiveFrom:u}");
    }
}
