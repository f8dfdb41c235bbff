using System.Text;
using Declarative.Storage;
using Declarative.Tests.Fixtures;

namespace Declarative.Tests.Storage;

public sealed class SqliteBrokerBufferBehaviour : BrokerBufferBehaviour<SqliteFixture>;

/// <summary>What waits for a broker, in every store.</summary>
public abstract class BrokerBufferBehaviour<TStore> : StoreTest<TStore>
    where TStore : IStoreFixture, new()
{
    [Fact]
    public async Task Messages_come_back_whole_in_order_of_arrival_until_they_are_removed()
    {
        var first = Message("b", """{"a":1}""", key: "one");
        var second = Message("a");
        await Buffer.AddAsync([first, second], None);
        await Buffer.AddAsync([second], None);
        await Buffer.AddAsync([Message("c")], None);

        var read = await Buffer.ReadAsync(2, None);
        read.Select(static message => message.Id).ShouldBe([first.Id, second.Id]);
        read[0].Name.ShouldBe("b");
        Encoding.UTF8.GetString(read[0].Json).ShouldBe("""{"a":1}""");
        read[0].IdempotencyKey.ShouldBe("one");
        read[0].RequestHash.ShouldBe(first.RequestHash);
        read[0].TraceParent.ShouldBe(first.TraceParent);
        read[0].CreatedAt.ShouldBe(Now);
        read[0].CarriesPayload.ShouldBeTrue();

        await Buffer.RemoveAsync([first.Id, second.Id], None);
        (await Buffer.ReadAsync(10, None)).ShouldHaveSingleItem().Name.ShouldBe("c");
    }

    [Fact]
    public async Task A_message_that_came_before_is_repeated()
    {
        var message = Message("a");
        (await Messages.AppendAsync([message], None)).Single().Outcome.ShouldBe(AppendOutcome.Stored);

        (await Messages.AppendAsync([message, Message("a")], None)).Select(static result => result.Outcome).ShouldBe([AppendOutcome.Repeated, AppendOutcome.Stored]);
        (await ClaimMessagesAsync(Now)).Rows.Count.ShouldBe(2);
    }
}
