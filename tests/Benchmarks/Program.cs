using Declarative.Benchmarks.Broker;
using Declarative.Benchmarks.Dispatch;
using Declarative.Benchmarks.Engine;
using Declarative.Benchmarks.Generator;
using Declarative.Benchmarks.Http;
using Declarative.Benchmarks.Matching;
using Declarative.Benchmarks.Measuring;
using Declarative.Benchmarks.PostgreSql;

// dotnet run -c Release --project tests/Benchmarks -- <suite> [--json FILE]
if (args is ["node", var database])
    return await NodeProcess.RunAsync(database);

(string Name, string What, Func<Task<IReadOnlyList<Figure>>> Run)[] suites =
[
    ("generator", "how long the build-time generator takes for edits and from scratch", () => Task.FromResult(GeneratorSuite.Run())),
    ("dispatch", "from an event's name to its service method's result as JSON", () => Task.FromResult(DispatchSuite.Run())),
    ("match", "1,000 subscriptions' rules and fields over one payload", () => Task.FromResult(MatchSuite.Run())),
    ("publish", "durable publishes from 64 callers", PublishSuite.RunAsync),
    ("publish-pg", "durable publishes into PostgreSQL from 64 callers", PublishPgSuite.RunAsync),
    ("rabbit", "publishes that RabbitMQ has confirmed, from 256 callers", RabbitSuite.RunAsync),
    ("deliver", "publish, resolve, signed POST, log: end to end, and its memory", DeliverSuite.RunAsync),
    ("pages", "a page of deliveries among a million, by each filter", PagesSuite.RunAsync),
    ("deliver-pg", "the same on PostgreSQL", DeliverPgSuite.RunAsync),
    ("nodes", "one, two and four processes on one PostgreSQL database", NodesSuite.RunAsync),
    ("idle", "what a host on PostgreSQL costs that has nothing to do", IdleSuite.RunAsync),
    ("router", "an incoming event's name among 1,000", () => Task.FromResult(RouterBenchmark.Run())),
    ("http", "declared routes and consumers beside hand-written ones: requests, authorization, start", HttpSuite.RunAsync),
];

var chosen = Array.Find(suites, suite => args.Length > 0 && suite.Name == args[0]);
var json = args is [_, "--json", var path] ? path : null;
if (chosen.Run is null || (args.Length > 1 && json is null))
{
    Console.WriteLine("Suites, each with figures beside yardsticks measured in the same run:\n");
    foreach (var suite in suites)
        Console.WriteLine($"  {suite.Name,-10} {suite.What}");
    Console.WriteLine("\n  dotnet run -c Release --project tests/Benchmarks -- <suite> [--json FILE]");
    return args.Length == 0 ? 0 : 2;
}

var machine = Machine.This();
Console.WriteLine($"{chosen.Name}: {machine}\n");
var figures = await chosen.Run();
Report.Print(figures);
if (json is not null)
    Report.Save(json, chosen.Name, machine, figures);
return 0;
