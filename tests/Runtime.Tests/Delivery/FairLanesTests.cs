using Declarative.Work;

namespace Declarative.Tests.Delivery;

public sealed class FairLanesTests
{
    [Fact]
    public void Lanes_take_turns_and_none_runs_more_than_its_limit()
    {
        var lanes = new FairLanes<string, int>(total: 10, perLane: static _ => 2, maxHeldPerLane: 16, perUnknown: 2);
        for (var i = 0; i < 5; i++)
            lanes.Add("noisy", i);
        lanes.Add("quiet", 99);

        var started = new List<string>();
        while (lanes.TryStart(out var key, out _))
            started.Add(key);

        started.ShouldBe(["noisy", "quiet", "noisy"]);
    }

    [Fact]
    public void All_together_run_no_more_than_the_total()
    {
        var lanes = new FairLanes<int, int>(total: 3, perLane: static _ => 2, maxHeldPerLane: 16, perUnknown: 2);
        for (var i = 0; i < 10; i++)
            lanes.Add(i, i);

        Started(lanes).ShouldBe(3);
        lanes.Finish(0, TimeSpan.FromSeconds(1));
        Started(lanes).ShouldBe(1);
    }

    [Fact]
    public void A_fast_lane_may_hold_more_and_a_slow_one_only_what_it_runs()
    {
        var lanes = new FairLanes<string, int>(total: 100, perLane: static _ => 8, maxHeldPerLane: 256, perUnknown: 8);
        Run(lanes, "fast", TimeSpan.FromMilliseconds(1));
        Run(lanes, "slow", TimeSpan.FromSeconds(15));
        lanes.Add("fast", 1);
        lanes.Add("slow", 1);
        var slots = new Dictionary<string, int>();

        lanes.Free(slots);

        slots["fast"].ShouldBe(255);
        slots["slow"].ShouldBe(7);
    }

    [Fact]
    public void Many_that_hang_leave_room_for_one_that_is_known_to_be_fast()
    {
        var lanes = new FairLanes<string, int>(total: 16, perLane: static _ => 4, maxHeldPerLane: 16, perUnknown: 4);
        Run(lanes, "fast", TimeSpan.FromMilliseconds(1));
        for (var hanging = 0; hanging < 10; hanging++)
        {
            for (var row = 0; row < 4; row++)
                lanes.Add("hanging " + hanging, row);
        }

        var hang = 0;
        while (lanes.TryStart(out _, out _))
            hang++;
        hang.ShouldBe(12);
        for (var row = 0; row < 4; row++)
        {
            lanes.Add("fast", row);
            lanes.TryStart(out var key, out _).ShouldBeTrue();
            key.ShouldBe("fast");
        }
    }

    [Fact]
    public void One_that_turns_out_to_be_fast_does_not_wait_behind_those_that_hang()
    {
        var lanes = new FairLanes<string, int>(total: 8, perLane: static _ => 2, maxHeldPerLane: 16, perUnknown: 2);
        Run(lanes, "fast", TimeSpan.FromMilliseconds(1));
        foreach (var name in (string[])["hanging 0", "hanging 1", "hanging 2", "hanging 3", "hanging 4", "new"])
        {
            lanes.Add(name, 1);
            lanes.Add(name, 2);
            lanes.Add(name, 3);
        }

        Started(lanes, "new").ShouldBe(1);
        lanes.Finish("new", TimeSpan.FromTicks(1));

        Started(lanes, "new").ShouldBe(2);
    }

    [Fact]
    public void Slow_lanes_that_hold_three_quarters_are_not_claimed_for()
    {
        var lanes = new FairLanes<string, int>(total: 4, perLane: static _ => 4, maxHeldPerLane: 8, perUnknown: 4);
        Run(lanes, "fast", TimeSpan.FromMilliseconds(1));
        for (var hanging = 0; hanging < 3; hanging++)
        {
            for (var row = 0; row < 4; row++)
                lanes.Add("hanging " + hanging, row);
        }

        var slots = new Dictionary<string, int>();
        lanes.IsCrowded.ShouldBeTrue();
        lanes.Free(slots).Rows.ShouldBe(0);

        lanes.Free(slots, fastOnly: true).ShouldBe(new Room(4, PerUnknown: 0));
        slots["fast"].ShouldBe(8);
        slots.Where(static one => one.Key != "fast").ShouldAllBe(static one => one.Value == 0);
    }

    [Fact]
    public void A_claim_for_all_leaves_room_that_only_fast_lanes_may_take()
    {
        var lanes = new FairLanes<string, int>(total: 4, perLane: static _ => 4, maxHeldPerLane: 8, perUnknown: 4);
        var slots = new Dictionary<string, int>();
        lanes.Free(slots).ShouldBe(new Room(16, PerUnknown: 4));

        Run(lanes, "fast", TimeSpan.FromMilliseconds(1));
        lanes.Free(slots).ShouldBe(new Room(12, PerUnknown: 4));
        lanes.IsCrowded.ShouldBeFalse();

        // A lane that turns out to be slow counts with all that it holds.
        for (var row = 0; row < 8; row++)
            lanes.Add("fast", row);
        lanes.TryStart(out _, out _).ShouldBeTrue();
        lanes.Finish("fast", TimeSpan.FromSeconds(60));
        lanes.Free(slots).ShouldBe(new Room(9, PerUnknown: 4));
    }

    [Fact]
    public void Closing_gives_back_what_was_not_started()
    {
        var lanes = new FairLanes<string, int>(total: 10, perLane: static _ => 1, maxHeldPerLane: 16, perUnknown: 1);
        lanes.Add("a", 1);
        lanes.Add("a", 2);
        lanes.TryStart(out _, out _).ShouldBeTrue();

        lanes.Close().ShouldBe([2]);
        lanes.Running.ShouldBe(1);
        lanes.Finish("a", TimeSpan.Zero);
        lanes.TryStart(out _, out _).ShouldBeFalse();
    }

    private static void Run(FairLanes<string, int> lanes, string key, TimeSpan duration)
    {
        for (var i = 0; i < 100; i++)
        {
            lanes.Add(key, i);
            lanes.TryStart(out _, out _).ShouldBeTrue();
            lanes.Finish(key, duration);
        }
    }

    private static int Started(FairLanes<string, int> lanes, string wanted)
    {
        var started = 0;
        while (lanes.TryStart(out var key, out _))
            started += key == wanted ? 1 : 0;
        return started;
    }

    private static int Started(FairLanes<int, int> lanes)
    {
        var started = 0;
        while (lanes.TryStart(out _, out _))
            started++;
        return started;
    }
}
