%% What links, monitors and restarts cost.
-module(bench_bonds).
-behaviour(supervisor).
-export([ties/1, restarts/1, init/1, start_mortal/1]).

ties(#{count := Count}) ->
    fun() ->
        Main = self(),
        bench_main:on(1, fun() ->
            Other = spawn_opt(fun() -> receive stop -> ok end end, [{scheduler, 1}]),
            {Links, _} = bench_main:seconds(fun() -> link_each(Other, Count) end),
            {Watches, _} = bench_main:seconds(fun() -> watch_each(Other, Count) end),
            Other ! stop,
            Main ! {ties, Links, Watches}
        end),
        receive
            {ties, Link, Watch} ->
                {2 * Count, [{"link", Link * 1.0e9 / Count}, {"watch", Watch * 1.0e9 / Count}]}
        end
    end.

link_each(_, 0) ->
    ok;
link_each(Other, Left) ->
    link(Other),
    unlink(Other),
    link_each(Other, Left - 1).

watch_each(_, 0) ->
    ok;
watch_each(Other, Left) ->
    demonitor(monitor(process, Other)),
    watch_each(Other, Left - 1).

%% Crash, restart, and one message that the new life handles. Each life says that it is there; the
%% name leads to it.
restarts(#{count := Count}) ->
    logger:set_primary_config(level, none),
    fun() ->
        Main = self(),
        {Driver, Done} = spawn_opt(fun() -> drive(Main, Count) end, [monitor, {scheduler, 1}]),
        receive {restarts, Seconds} -> ok end,
        receive {'DOWN', Done, process, Driver, _} -> ok end,
        {Count, [{"us", Seconds * 1.0e6 / Count}]}
    end.

drive(Main, Count) ->
    process_flag(trap_exit, true),
    {ok, Supervisor} = supervisor:start_link(?MODULE, self()),
    receive born -> ok end,
    {Seconds, _} = bench_main:seconds(fun() -> crash_each(Count) end),
    exit(Supervisor, shutdown),
    receive {'EXIT', Supervisor, _} -> ok end,
    Main ! {restarts, Seconds}.

crash_each(0) ->
    ok;
crash_each(Left) ->
    mortal ! crash,
    receive born -> ok end,
    mortal ! work,
    receive worked -> ok end,
    crash_each(Left - 1).

init(Driver) ->
    Flags = #{strategy => one_for_one, intensity => 1000000, period => 1},
    Mortal = #{id => mortal, start => {?MODULE, start_mortal, [Driver]}, shutdown => brutal_kill},
    {ok, {Flags, [Mortal]}}.

start_mortal(Driver) ->
    Life = spawn_opt(fun() -> live(Driver) end, [link, {scheduler, 1}]),
    {ok, Life}.

live(Driver) ->
    register(mortal, self()),
    Driver ! born,
    mortal(Driver).

mortal(Driver) ->
    receive
        work -> Driver ! worked, mortal(Driver);
        crash -> exit(as_the_benchmark_wants_it)
    end.
