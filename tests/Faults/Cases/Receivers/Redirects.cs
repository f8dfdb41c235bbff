using Declarative.Faults.Harness;

namespace Declarative.Faults.Cases;

/// <summary>Receivers that send deliveries elsewhere: in a circle, to a neighbour, to a cloud's metadata.</summary>
internal sealed class Redirects() : SingleReceiver("F16", "redirects: in a circle, to a neighbour, to metadata addresses", "none is followed; the attempt is recorded with its status and tried again")
{
    private static readonly int[] Statuses = [301, 302, 303, 307, 308];

    public override async Task RunAsync(FaultRun run)
    {
        await using var neighbour = await Ledger.StartAsync();
        await using var host = await CaseHost.StartAsync(run);
        var targets = new[] { "/", neighbour.Url + "/", "http://169.254.169.254/latest/meta-data/", "http://[fd00:ec2::254]/latest/meta-data/", "//169.254.169.254/", "file:///etc/passwd" };
        var number = 0;
        foreach (var status in Statuses)
        {
            foreach (var target in targets)
            {
                await using var receiver = await Ledger.StartAsync();
                receiver.Answer = context =>
                {
                    context.Response.Headers.Location = target;
                    return Task.FromResult(status);
                };
                var attempt = await AttemptAsync(run, host, receiver.Url + "/", number++, "status");
                run.Hold(attempt.Status == status, $"the attempt's status is {attempt.Status} instead of {status}");
                run.Hold(receiver.Requests == 1, $"{receiver.Requests} requests came for one attempt");
            }
        }

        run.Figure("redirects", $"{number}, of which {neighbour.Requests} were followed");
        run.Hold(neighbour.Requests == 0, $"{neighbour.Requests} redirects were followed");
    }
}
