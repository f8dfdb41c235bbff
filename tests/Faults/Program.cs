using System.Globalization;
using Declarative.Faults;
using Declarative.Faults.Cases;
using Declarative.Faults.Harness;

// Breaks things on purpose and measures what becomes of what was acknowledged.
//   list                                             the cases
//   run F1 [F2 …] | all                              runs them, short; exit code 1 if one does not hold
//       [--long] [--seed N] [--store sqlite|postgresql|rabbitmq] [--sabotage acknowledge|lease]
if (args is ["victim", ..])
    return await Victim.RunAsync();

var options = FaultOptions.Parse(args);
if (options is null || options.Command == "list")
{
    foreach (var one in FaultCases.All)
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{one.Id,-4} {string.Join(", ", one.Stores),-20} {one.Title}: {one.Holds}"));
    return options is null ? 2 : 0;
}

var failed = 0;
var isCi = Environment.GetEnvironmentVariable("CI") == "true";
foreach (var one in FaultCases.All.Where(one => options.Ids.Count == 0 || options.Ids.Contains(one.Id)))
{
    foreach (var store in one.Stores.Where(store => options.Store is null || options.Store == store))
    {
        if (one.Missing(store) is { } missing)
        {
            Console.WriteLine($"{one.Id} on {store}: {(isCi ? "DOES NOT HOLD" : "left out")}: {missing}");
            failed += isCi ? 1 : 0;
            continue;
        }

        var run = new FaultRun(one, store, options);
        await run.RunAsync();
        run.Print(Console.Out);
        failed += run.Failures.Count > 0 ? 1 : 0;
    }
}

TestServers.End();
Console.WriteLine(failed == 0 ? "All hold." : string.Create(CultureInfo.InvariantCulture, $"{failed} do not hold."));
return failed == 0 ? 0 : 1;
