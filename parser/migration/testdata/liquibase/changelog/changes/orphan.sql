--liquibase formatted sql
--changeset ann:orphan
SELECT 1;
