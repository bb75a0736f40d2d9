@echo off
rem Letar fel i planen och texterna efter ett dubbelklick: samma sak som "py -m nox -s kontrollera".
setlocal
set "HANDLINGSPLAN=kontrollera"
call "%~dp0bygg.cmd" %*
