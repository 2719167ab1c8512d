%% Sieve: a pipeline of filters, each of which knows some primes and lets pass what they leave.
-module(savina_sieve).
-export([run/1]).

%% Primes that a filter knows; the next one begins another filter.
-define(PRIMES, 1000).

run(#{count := Count}) ->
    fun() ->
        Main = self(),
        Filter = spawn_link(fun() -> filter([2], 1, none, Main) end),
        spawn_link(fun() -> send(3, Count, Filter) end),
        savina_total:sum(1)
    end.

send(Number, Last, Filter) when Number < Last ->
    Filter ! {check, Number},
    send(Number + 2, Last, Filter);
send(_, _, Filter) ->
    Filter ! {'end', 0}.

filter(Primes, Known, Next, Total) ->
    receive
        {check, Number} ->
            case is_prime(Number, Primes) of
                false ->
                    filter(Primes, Known, Next, Total);
                true when Known < ?PRIMES ->
                    filter(Primes ++ [Number], Known + 1, Next, Total);
                true when Next =:= none ->
                    Last = spawn_link(fun() -> filter([Number], 1, none, Total) end),
                    filter(Primes, Known, Last, Total);
                true ->
                    Next ! {check, Number},
                    filter(Primes, Known, Next, Total)
            end;
        {'end', Sum} when Next =:= none ->
            savina_total:report(Total, Sum + lists:sum(Primes));
        {'end', Sum} ->
            Next ! {'end', Sum + lists:sum(Primes)}
    end.

is_prime(Number, [Prime | _]) when Number rem Prime =:= 0 -> false;
is_prime(Number, [_ | Primes]) -> is_prime(Number, Primes);
is_prime(_, []) -> true.
