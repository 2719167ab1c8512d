%% What supervisors cost: children that are started one after the other.
-module(bench_children).
-behaviour(supervisor).
-export([dynamic/1, init/1, start_child/1]).

%% Supervisor and caller on one scheduler, where the children then are born, too. A child does
%% nothing but exist, and says that it does, as a child that has an `init` must.
dynamic(#{count := Count}) ->
    fun() ->
        Main = self(),
        bench_main:on(1, fun() ->
            process_flag(trap_exit, true),
            {ok, Pool} = supervisor:start_link(?MODULE, []),
            {Seconds, _} = bench_main:seconds(fun() -> start_each(Pool, Count) end),
            Active = proplists:get_value(active, supervisor:count_children(Pool)),
            exit(Pool, shutdown),
            receive {'EXIT', Pool, _} -> ok end,
            Main ! {done, Active, Count / Seconds}
        end),
        receive {done, Active, Rate} -> {Active, [{"rate", Rate}]} end
    end.

start_each(_, 0) ->
    ok;
start_each(Pool, Left) ->
    {ok, _} = supervisor:start_child(Pool, [Left]),
    start_each(Pool, Left - 1).

init([]) ->
    Child = #{id => child, start => {?MODULE, start_child, []}},
    {ok, {#{strategy => simple_one_for_one}, [Child]}}.

start_child(Number) ->
    proc_lib:start_link(erlang, apply, [
        fun() ->
            proc_lib:init_ack({ok, self()}),
            receive {stop, Number} -> ok end
        end,
        []
    ]).
