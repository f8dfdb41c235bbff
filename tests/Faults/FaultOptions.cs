using System.Globalization;

namespace Declarative.Faults;

/// <summary>What was asked for on the command line.</summary>
/// <param name="Command"><c>list</c> or <c>run</c>.</param>
/// <param name="Ids">The cases; none for all.</param>
/// <param name="IsLong">Whether to take the time that a figure for the docs needs.</param>
/// <param name="Seed">Of the moments at which things break.</param>
/// <param name="Store">One store only; null for all.</param>
/// <param name="Sabotage">A defect to build in, which the case must find out: <c>acknowledge</c> (before the commit) or <c>lease</c> (is not checked).</param>
internal sealed record FaultOptions(string Command, IReadOnlySet<string> Ids, bool IsLong, int Seed, string? Store, string? Sabotage)
{
    public static FaultOptions? Parse(string[] args)
    {
        if (args.Length == 0 || args[0] is not ("list" or "run" or "all"))
            return null;
        var ids = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var options = new FaultOptions(args[0] == "list" ? "list" : "run", ids, IsLong: false, Seed: 20261122, Store: null, Sabotage: null);
        for (var i = 1; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--long":
                    options = options with { IsLong = true };
                    break;
                case "--seed" when i + 1 < args.Length && int.TryParse(args[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var seed):
                    options = options with { Seed = seed };
                    i++;
                    break;
                case "--store" when i + 1 < args.Length:
                    options = options with { Store = args[++i] };
                    break;
                case "--sabotage" when i + 1 < args.Length:
                    options = options with { Sabotage = args[++i] };
                    break;
                default:
                    if (Cases.FaultCases.All.All(one => !string.Equals(one.Id, args[i], StringComparison.OrdinalIgnoreCase)))
                    {
                        Console.Error.WriteLine($"There is no case '{args[i]}'; 'list' names them.");
                        return null;
                    }

                    ids.Add(args[i]);
                    break;
            }
        }

        return options;
    }
}
