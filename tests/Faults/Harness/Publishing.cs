namespace Declarative.Faults.Harness;

/// <summary>Publishing many.</summary>
internal static class Publishing
{
    /// <summary>Publishes numbers from many tasks at once and writes down those that were acknowledged.</summary>
    public static Task PublishAsync(IServiceProvider services, int first, int count, Ledger ledger)
    {
        var publisher = services.GetRequiredService<ILedgerEntryPublisher>();
        return Parallel.ForEachAsync(Enumerable.Range(first, count), new ParallelOptions { MaxDegreeOfParallelism = 256 }, async (number, cancellationToken) =>
        {
            await publisher.PublishAsync(number, cancellationToken: cancellationToken);
            ledger.Acknowledge(number);
        });
    }
}
