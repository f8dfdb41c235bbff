using Declarative.Delivery;

namespace Declarative.Tests.Delivery;

public sealed class RetryScheduleTests
{
    private static readonly Random Seeded = new(1);

    [Theory]
    [InlineData("aligent", "1,4,9,16,25")]
    [InlineData("adobe-commerce", "60,120,240,480,960,1920,3840")]
    [InlineData("1,2,3", "1,2,3")]
    [InlineData("0", "0")]
    public void Exact_schedules(string retry, string seconds)
    {
        RetrySchedule.TryParse(retry, out var schedule, out _).ShouldBeTrue();

        Pauses(schedule!).Select(pause => pause.TotalSeconds).ShouldBe(seconds.Split(',').Select(double.Parse));
        schedule!.MaxAttempts.ShouldBe(seconds.Split(',').Length + 1);
    }

    [Fact]
    public void Adobes_goes_on_every_fifteen_minutes_for_a_day()
    {
        var pauses = Pauses(RetrySchedule.Adobe);

        pauses.Take(7).Select(pause => pause.TotalMinutes).ShouldBe([1, 2, 4, 8, 15, 15, 15]);
        var sum = TimeSpan.FromTicks(pauses.Sum(pause => pause.Ticks));
        sum.ShouldBe(TimeSpan.FromHours(24));
    }

    [Fact]
    public void The_standard_one_has_ten_attempts_and_a_fifth_of_jitter()
    {
        double[] exact = [5, 30, 300, 1800, 7200, 18000, 36000, 50400, 72000];

        for (var round = 0; round < 200; round++)
        {
            var pauses = Pauses(RetrySchedule.Standard);
            pauses.Count.ShouldBe(exact.Length);
            for (var i = 0; i < exact.Length; i++)
                pauses[i].TotalSeconds.ShouldBeInRange(exact[i] * 0.8, exact[i] * 1.2);
        }

        RetrySchedule.Standard.PauseAfter(1, null, new Random(7)).ShouldNotBe(RetrySchedule.Standard.PauseAfter(1, null, new Random(8)));
    }

    [Theory]
    [InlineData(1, 4)]
    [InlineData(3, 4)]
    [InlineData(5, 5)]
    [InlineData(3_600, 3_600)]
    [InlineData(86_400, 86_400)]
    [InlineData(1_000_000_000, 86_400)]
    public void What_the_receiver_asks_for_is_never_shortened_but_to_a_day(int asked, int expected) =>
        RetrySchedule.Aligent.PauseAfter(2, TimeSpan.FromSeconds(asked), Seeded).ShouldBe(TimeSpan.FromSeconds(expected));

    [Theory]
    [InlineData("")]
    [InlineData("fast")]
    [InlineData("1,,2")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("604801")]
    public void What_is_no_schedule_is_named(string retry)
    {
        RetrySchedule.TryParse(retry, out _, out var problem).ShouldBeFalse();
        problem!.ShouldContain($"'{retry}'");
    }

    private static List<TimeSpan> Pauses(RetrySchedule schedule)
    {
        var pauses = new List<TimeSpan>();
        while (schedule.PauseAfter(pauses.Count + 1, null, Seeded) is { } pause)
            pauses.Add(pause);
        return pauses;
    }
}
